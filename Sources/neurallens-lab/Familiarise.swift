internal import ArgumentParser
internal import Evaluation
internal import Foundation

/// Teaches a lens which fields it knows.
struct Familiarise: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Teach a lens which fields it knows, so that it vouches for no others.",
        discussion: """
            Without --known, fields are judged by what the lens has learnt before. Fields must be fresh: those that a \
            lens was trained on are more familiar to it than any others.
            """)

    @Argument(help: "Folder of the lens.") var lens: String

    @Option(
        parsing: .upToNextOption,
        help: "Folders of fields of all kinds that the lens is for, 40 fields at least.")
    var known: [String] = []

    @Option(parsing: .upToNextOption, help: "Folders of other fields: print the share that the lens vouches for.")
    var unknown: [String] = []

    @Option(name: .customLong("nm-per-pixel"), help: "Scale of fields whose folder has no truth.json.")
    var nmPerPixel: Double?

    @Option(help: ArgumentHelp("Share of known fields that the lens shall not vouch for.", valueName: "0...1"))
    var limit = 0.05

    @Option(help: "Threads that share the work.") var threads = ProcessInfo.processInfo.activeProcessorCount
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        guard (1...1024).contains(threads), (0...1).contains(limit) else {
            throw ValidationError("--threads must lie in 1 to 1024, --limit in 0 to 1")
        }
        guard !known.isEmpty || !unknown.isEmpty else { throw ValidationError("name fields with --known or --unknown") }
    }

    func run() throws {
        let line = ProgressLine()
        let study = FamiliarityStudy(lensFolder: lens, threads: threads, nmPerPixel: nmPerPixel) { line.show($0) }
        do {
            if !known.isEmpty {
                let count = try study.learn(from: known, limit: limit)
                line.end()
                if !json { print("\(lens): learnt from \(count) fields, limit \(limit)") }
            }
            let folders = unknown.isEmpty ? [] : try study.judge(unknown)
            line.end()
            if json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
                print(String(decoding: try encoder.encode(folders), as: UTF8.self))
            } else {
                for folder in folders {
                    print(
                        String(
                            format: "%@: %d fields, vouched for %.1f %%, median familiarity %.3f", folder.folder,
                            folder.fields, 100 * folder.passed, folder.medianFamiliarity))
                }
            }
        } catch let error as EvaluationError {
            line.end()
            throw fail(error.message, hint: error.hint)
        }
    }
}
