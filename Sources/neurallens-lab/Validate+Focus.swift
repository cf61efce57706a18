internal import ArgumentParser
internal import Evaluation
internal import Foundation
internal import Simulation

extension Validate {
    struct Focusing: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "focus",
            abstract: "Focal series of thick mounts: grains in one plane and in the fused picture, heights.",
            discussion: """
                Fields whose grains lie at any height of the mount, with the focal plane at one height after the other. "Found" \
                is every true grain that an object matches by half, "named" those called by their species, "wrong" objects \
                called a species that they are not. "Luckiest" is the plane of each series in which most is named rightly.
                """)

        @Option(help: "Folder of the lens.") var lens: String
        @Option(help: "How many series, shared out among the worlds.") var stacks = 20
        @Option(help: "Equal seeds give equal fields.") var seed: UInt64 = 1
        @Option(
            name: .customLong("world"), parsing: .singleValue,
            help: "A world to draw from; may be repeated. The plain one by default.")
        var worlds: [String] = []
        @Option(help: ArgumentHelp("From the lowest to the highest plane.", valueName: "um")) var span = 20.0
        @Option(help: ArgumentHelp("From plane to plane.", valueName: "um")) var step = 2.0
        @Option(help: ArgumentHelp("Over which the grains' middles are spread.", valueName: "um")) var thickness = 16.0
        @Option(help: ArgumentHelp("Mean count of grains in a square millimetre.", valueName: "n"))
        var grainsPerMm2 = 620.0
        @Option(help: "Threads that share the work.") var threads = ProcessInfo.processInfo.activeProcessorCount
        @Flag(help: "Print JSON.") var json = false

        func validate() throws {
            guard (1...10_000).contains(stacks), (0.1...40).contains(span), (0.1...span).contains(step),
                (0...40).contains(thickness), (1...5000).contains(grainsPerMm2), (1...1024).contains(threads),
                worlds.count <= stacks
            else {
                throw ValidationError(
                    "--stacks must lie in 1 to 10000 and be as many as worlds, --span in 0.1 to 40, --step in 0.1 to the span, "
                        + "--thickness in 0 to 40, --grains-per-mm2 in 1 to 5000, --threads in 1 to 1024")
            }
            _ = try chosen
        }

        private var chosen: [World] {
            get throws {
                do {
                    return worlds.isEmpty ? [.classic] : try worlds.map { try World(named: $0) }
                } catch let error as SimulationError {
                    throw ValidationError("\(error.message): \(error.hint)")
                }
            }
        }

        func run() throws {
            let line = ProgressLine()
            let heights = stride(from: -span / 2, through: span / 2 + 1e-9, by: step).map { $0 }
            let study: FocusStudy
            do {
                study = try FocusStudy(
                    lensFolder: lens, stacks: stacks, seed: seed, worlds: try chosen, heights: heights,
                    thickness: thickness, grainsPerSquareMillimetre: grainsPerMm2, threads: threads
                ) { line.show("\($0) of \(stacks) series") }
            } catch let error as EvaluationError {
                line.end()
                throw fail(error.message, hint: error.hint)
            }
            line.end()
            if json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
                return print(String(decoding: try encoder.encode(study.levels), as: UTF8.self))
            }
            print("\(stacks) series of \(heights.count) planes, \(span) µm; grains spread over \(thickness) µm")
            print("world          grains  picture    found   named  wrong  off full focus")
            for level in study.levels + (study.levels.count > 1 ? [study.overall] : []) {
                let rows = [
                    ("sharpest", level.best, level.differenceBest), ("luckiest", level.luckiest, nil),
                    ("fused", level.fused, level.differenceFused),
                ]
                for (name, finding, difference) in rows {
                    func share(_ count: Int) -> Double { 100 * Double(count) / Double(max(1, level.grains)) }
                    print(
                        name == "sharpest"
                            ? level.world.padding(toLength: 14, withPad: " ", startingAt: 0)
                                + String(format: "%7d", level.grains) : String(repeating: " ", count: 21),
                        " " + name.padding(toLength: 9, withPad: " ", startingAt: 0)
                            + String(
                                format: "%5.1f %% %5.1f %% %6d", share(finding.found), share(finding.named),
                                finding.wrong)
                            + (difference.map { String(format: "  %.1f of 255", $0) } ?? ""))
                }
                if let middle = level.heightError(quantile: 0.5), let most = level.heightError(quantile: 0.95) {
                    print(
                        String(
                            format:
                                "%@heights: median error %.2f um, 95 %% within %.2f um, %.2f um too high; none for %d",
                            String(repeating: " ", count: 23), middle, most, level.heightBias ?? 0, level.withoutHeight)
                    )
                }
            }
        }
    }
}
