import Glibc
import Kernels

/// What one generator costs on this machine.
package struct NetworkBenchmark: Sendable {
    package let description: GeneratorDescription
    /// Pixels a side.
    package let size: Int
    package let threads: Int
    /// "avx2" or "portable".
    package let instructionSet: String
    package let secondsMin: Double
    package let secondsMedian: Double
    /// Processor time of all threads in one run, the least: on a machine with other work, what it would take alone.
    package let processorSecondsMin: Double
    /// Of one run, counted as direct sums.
    package let gigaflop: Double
    /// Highest resident memory of the process so far.
    package let peakRSSBytes: Int

    /// Times `repeats` runs after one to warm up, on random weights and a random image.
    /// - Throws: `.wrongSize`.
    package static func run(
        _ description: GeneratorDescription, size: Int, threads: Int, repeats: Int = 5
    ) throws(NetworkError) -> NetworkBenchmark {
        precondition(repeats >= 1)
        let generator = try Generator(
            weights: .random(description, seed: 1), height: size, width: size, pool: WorkerPool(threads: threads))
        let input = (0..<generator.inputCount).map { Float($0 % 251) / 125 - 1 }
        var output = [Float](repeating: 0, count: generator.outputCount)
        var seconds: [Double] = []
        var processorSeconds: [Double] = []
        for _ in 0...repeats {
            let processorStart = clock()
            let start = ContinuousClock.now
            input.withUnsafeBufferPointer { input in
                output.withUnsafeMutableBufferPointer { generator.run(input, into: $0) }
            }
            seconds.append((ContinuousClock.now - start) / .seconds(1))
            processorSeconds.append(Double(clock() - processorStart) / 1e6)
        }
        seconds = seconds.dropFirst().sorted()
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return NetworkBenchmark(
            description: description, size: size, threads: threads, instructionSet: Kernels.instructionSet,
            secondsMin: seconds[0], secondsMedian: seconds[seconds.count / 2],
            processorSecondsMin: processorSeconds.dropFirst().min()!, gigaflop: generator.gigaflop,
            peakRSSBytes: Int(usage.ru_maxrss) * 1024)
    }
}
