import Glibc
import Kernels
import Network
import Tensor

/// What one training step costs on this machine: generator and discriminators.
package struct TrainingBenchmark: Sendable {
    package let secondsMin: Double
    package let secondsMedian: Double
    /// Processor time of all threads in one step, the least: on a machine with other work, what it would take alone.
    package let processorSecondsMin: Double
    /// Of one step, counted as direct sums.
    package let gigaflop: Double
    /// Highest resident memory of the process so far.
    package let peakRSSBytes: Int

    /// Times `repeats` steps after one to warm up, on random pictures.
    /// - discriminatorChannels: 0 for no discriminator.
    /// - scales: discriminators, each at half the scale of the one before.
    /// - features: whether maps of the discriminators are matched.
    /// - batch: pictures a step.
    /// - size: a multiple of 2^layers, at least 24.
    package static func run(
        layers: Int, baseChannels: Int, discriminatorChannels: Int, scales: Int = 1, features: Bool = false,
        size: Int, batch: Int = 1, threads: Int, repeats: Int = 5
    ) -> TrainingBenchmark {
        precondition(repeats >= 1 && size % (1 << layers) == 0 && size >= 24)
        let workspace = Workspace(pool: WorkerPool(threads: threads))
        let description = GeneratorDescription(layers: layers, baseChannels: baseChannels, normalisation: .running)
        let generator = TrainableGenerator(description, height: size, width: size, images: batch, workspace: workspace)
        var way = Judge.Way()
        way.featureFactor = features ? 10 : 0
        let judges = (discriminatorChannels == 0 ? 0..<0 : 0..<scales).map {
            Judge(
                scale: 1 << $0, baseChannels: discriminatorChannels, height: size, width: size, images: batch, way: way,
                workspace: workspace)
        }
        let training = AdversarialTraining(
            generator: generator, judges: judges, averageDecay: 0.999, workspace: workspace)
        training.initialise(seed: 1)
        var random = CounterRandom(seed: 1, .sample)
        for map in [training.picture, training.target] {
            for pixel in 0..<batch * size * size {
                for channel in 0..<3 {
                    map.base[pixel * map.pixelStride + channel] = Float(random.uniform(-1...1))
                }
            }
        }
        var seconds: [Double] = []
        var processorSeconds: [Double] = []
        for step in 0...repeats {
            let processorStart = clock()
            let start = ContinuousClock.now
            _ = training.step(rate: 2e-4, random: CounterRandom(seed: 1, .dropout, step))
            seconds.append((ContinuousClock.now - start) / .seconds(1))
            processorSeconds.append(Double(clock() - processorStart) / 1e6)
        }
        seconds = seconds.dropFirst().sorted()
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return TrainingBenchmark(
            secondsMin: seconds[0], secondsMedian: seconds[seconds.count / 2],
            processorSecondsMin: processorSeconds.dropFirst().min()!,
            gigaflop: generator.gigaflopOfStep + judges.reduce(0) { $0 + $1.discriminator.gigaflopOfStep },
            peakRSSBytes: Int(usage.ru_maxrss) * 1024)
    }
}
