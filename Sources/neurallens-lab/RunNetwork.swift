internal import ArgumentParser
internal import Foundation
internal import Kernels
internal import Network

/// One generator on one tensor, for comparison with other engines.
struct RunNetwork: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run one generator on one tensor.",
        discussion: "Reads tensor `x` [1, 3, H, W] in -1...1 and writes tensor `y` of the same shape, without rounding."
    )

    @Argument(help: "Weight file that `import` wrote.")
    var weights: String

    @Argument(help: "safetensors with tensor x.")
    var input: String

    @Argument(help: "safetensors to write, with tensor y.")
    var output: String

    @Option(help: "Threads that share the work; the result does not depend on it.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @Option(help: "fp32, bf16 (slowly where the processor does not multiply it), or auto: the faster in each layer.")
    var precision = Precision.fp32

    func validate() throws {
        guard (1...1024).contains(threads) else { throw ValidationError("--threads must lie in 1 to 1024") }
    }

    func run() throws {
        do {
            try runNetwork(weights: weights, input: input, output: output, threads: threads, precision: precision)
        } catch {
            throw fail(error.message, hint: error.hint)
        }
    }
}
