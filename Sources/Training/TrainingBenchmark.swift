import Glibc
import Kernels
import Network
import Tensor

/// What one training step costs on this machine: generator and discriminator, batch of one.
package struct TrainingBenchmark: Sendable {
    package let baseChannels: Int
    package let layers: Int
    /// Pixels a side.
    package let size: Int
    package let threads: Int
    package let secondsMin: Double
    package let secondsMedian: Double
    /// Processor time of all threads in one step, the least: on a machine with other work, what it would take alone.
    package let processorSecondsMin: Double
    /// Of one step, counted as direct sums.
    package let gigaflop: Double
    /// Highest resident memory of the process so far.
    package let peakRSSBytes: Int

    /// Times `repeats` steps after one to warm up, on random pictures.
    /// - size: a multiple of 2^layers, at least 24.
    package static func run(
        layers: Int, baseChannels: Int, discriminatorChannels: Int? = nil, size: Int, threads: Int, repeats: Int = 5
    ) -> TrainingBenchmark {
        precondition(repeats >= 1 && size % (1 << layers) == 0 && size >= 24)
        let workspace = Workspace(pool: WorkerPool(threads: threads))
        let description = GeneratorDescription(layers: layers, baseChannels: baseChannels, normalisation: .running)
        let generator = TrainableGenerator(description, height: size, width: size, workspace: workspace)
        let discriminator = PatchDiscriminator(
            baseChannels: discriminatorChannels ?? baseChannels, height: size, width: size, workspace: workspace)
        generator.parameters.initialise(seed: 1, .weights)
        discriminator.parameters.initialise(seed: 1, .discriminatorWeights)
        let training = AdversarialTraining(generator: generator, discriminator: discriminator, workspace: workspace)
        var random = CounterRandom(seed: 1, .sample)
        for map in [training.picture, training.target] {
            for pixel in 0..<size * size {
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
            baseChannels: baseChannels, layers: layers, size: size, threads: threads, secondsMin: seconds[0],
            secondsMedian: seconds[seconds.count / 2], processorSecondsMin: processorSeconds.dropFirst().min()!,
            gigaflop: generator.gigaflopOfStep + discriminator.gigaflopOfStep,
            peakRSSBytes: Int(usage.ru_maxrss) * 1024)
    }
}
