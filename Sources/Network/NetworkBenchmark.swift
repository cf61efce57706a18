import Glibc
package import Kernels

/// What one generator costs on this machine.
package struct NetworkBenchmark: Sendable {
    package let description: GeneratorDescription
    /// Pixels a side.
    package let size: Int
    package let threads: Int
    package let precision: Precision
    /// That the layers are planned with.
    package let kernels: [Kernel]
    package let secondsMin: Double
    package let secondsMedian: Double
    /// Processor time of all threads in one run, the least: on a machine with other work, what it would take alone.
    package let processorSecondsMin: Double
    /// Of one run, counted as direct sums.
    package let gigaflop: Double
    /// Of weights as packed, and of maps and windows.
    package let weightBytes: Int
    package let scratchBytes: Int
    /// Highest resident memory of the process so far.
    package let peakRSSBytes: Int
    /// Each layer's least time in as many runs more; empty where not asked for.
    package let layers: [Generator.LayerTime]

    /// Times `repeats` runs after one to warm up, on a seeded image, in place.
    /// - weights: of as many output as input channels.
    /// - profiles: whether to time the layers too.
    /// - Throws: `.wrongSize`, `.outOfMemory`.
    package static func run(
        weights: consuming GeneratorWeights, size: Int, threads: Int, precision: Precision = .fp32, repeats: Int = 5,
        profiles: Bool = false
    ) throws(NetworkError) -> NetworkBenchmark {
        precondition(repeats >= 1)
        let description = weights.description
        guard description.inputChannels == description.outputChannels else {
            throw NetworkError(
                .wrongShape, "the network gives another number of channels than it takes",
                hint: "the benchmark runs in place: name a network from pictures to pictures")
        }
        let generator = try Generator(
            weights: weights, height: size, width: size, pool: WorkerPool(threads: threads), precision: precision)
        let image = { (0..<generator.inputCount).map { Float($0 % 251) / 125 - 1 } }
        var input = image()
        var seconds: [Double] = []
        var processorSeconds: [Double] = []
        for _ in 0...repeats {
            let processorStart = clock()
            let start = ContinuousClock.now
            generator.run(inPlace: &input)
            seconds.append((ContinuousClock.now - start) / .seconds(1))
            processorSeconds.append(Double(clock() - processorStart) / 1e6)
        }
        seconds = seconds.dropFirst().sorted()
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        var layers: [Generator.LayerTime] = []
        if profiles {
            for _ in 0..<repeats {
                let times = generator.profile(image())
                layers = layers.isEmpty ? times : zip(layers, times).map { $0.seconds < $1.seconds ? $0 : $1 }
            }
        }
        return NetworkBenchmark(
            description: description, size: size, threads: threads, precision: precision,
            kernels: generator.kernels, secondsMin: seconds[0],
            secondsMedian: seconds[seconds.count / 2], processorSecondsMin: processorSeconds.dropFirst().min()!,
            gigaflop: generator.gigaflop, weightBytes: generator.weightBytes, scratchBytes: generator.scratchBytes,
            peakRSSBytes: Int(usage.ru_maxrss) * 1024, layers: layers)
    }
}
