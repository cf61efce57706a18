internal import ArgumentParser
internal import Evaluation
internal import Foundation

extension Validate {
    struct Autofocusing: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "autofocus",
            abstract: "How near the focus a motor with play ends, and with how many frames.",
            discussion: """
                A controller on a pseudo-terminal, spoken to as a real one is; the camera sees simulated fields at the height at \
                which the drive truly stands. The truth is the sharpest of all heights.
                """)

        @Option(help: "Searches.") var starts = 100
        @Option(help: "Fields that they share.") var fields = 10
        @Option(help: "Equal seeds give equal fields and starts.") var seed: UInt64 = 1
        @Option(help: ArgumentHelp("Starts lie within so far of the mount's middle.", valueName: "um")) var reach = 30.0
        @Option(help: ArgumentHelp("Play of the drive.", valueName: "um")) var backlash = 3.0
        @Option(help: ArgumentHelp("Over which the grains' middles are spread.", valueName: "um")) var thickness = 2.0
        @Flag(help: "Print JSON.") var json = false

        func validate() throws {
            guard (1...100_000).contains(starts), (1...starts).contains(fields), (1...100).contains(reach),
                (0...20).contains(backlash), (0...40).contains(thickness)
            else {
                throw ValidationError(
                    "--starts must lie in 1 to 100000, --fields in 1 to the starts, --reach in 1 to 100, --backlash in 0 to 20, "
                        + "--thickness in 0 to 40")
            }
        }

        func run() async throws {
            let line = ProgressLine()
            let study: AutofocusStudy
            do {
                study = try await AutofocusStudy(
                    fields: fields, starts: starts, seed: seed, reach: reach, backlash: backlash, thickness: thickness
                ) { line.show("\($0) of \(starts) searches") }
            } catch {
                line.end()
                throw fail(error.message, hint: error.hint)
            }
            line.end()
            if json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
                return print(String(decoding: try encoder.encode(study), as: UTF8.self))
            }
            print(
                String(
                    format: "%d searches, %d without a focus; backlash %.1f um, starts within %.0f um", starts,
                    study.failures.count, backlash, reach))
            for failure in study.failures.prefix(5) { print("  \(failure)") }
            guard let middle = study.error(quantile: 0.5), let most = study.error(quantile: 0.95) else { return }
            print(
                String(
                    format:
                        "error %.2f um in the median, 95 %% within %.2f um, at most %.2f um; %.1f frames, at most %d",
                    middle, most, study.error(quantile: 1) ?? 0, study.frames.mean, study.frames.most))
        }
    }
}
