internal import ArgumentParser
internal import Foundation
internal import Lens

/// Completes a lens folder.
struct SealLens: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal-lens",
        abstract: "Write the hashes of its files and a test vector into a lens's lens.json.")

    @Argument(help: "Folder of the lens.")
    var folder: String

    func run() throws {
        do throws(LensError) {
            try NeuralLens.seal(folder: folder, threads: ProcessInfo.processInfo.activeProcessorCount)
            let lens = try NeuralLens(folder: folder, threads: 1)
            print("\(folder): \(lens.manifest.networks.count) networks sealed, lens \(lens.digest)")
        } catch {
            throw fail(error.message, hint: error.hint)
        }
    }
}
