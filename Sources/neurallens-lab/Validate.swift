internal import ArgumentParser
internal import Evaluation
internal import Foundation
internal import Lens
internal import Simulation
internal import Statistics

/// What counts are worth, on slides whose truth is known.
struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare counts, places and intervals with the truth of simulated slides.",
        subcommands: [
            Crowding.self, Worlds.self, Slides.self, Intervals.self, Samples.self, Readers.self, Focusing.self,
            Autofocusing.self,
        ])

    struct Crowding: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Counts as grains crowd: five levels of touching grains.",
            discussion: """
                Writes crowding.json and crowding.svg. With --calibrate, lens.json is told what confidence these fields say \
                that the lens's evidence deserves; judge it with another seed.
                """)

        @OptionGroup var counting: Counting
        @Option(help: "How many camera fields, shared out among the levels.") var fields = 60

        func validate() throws { try counting.check(fields, settings: CountingStudy.Setting.crowding) }

        func run() throws {
            let study = try counting.study(fields, CountingStudy.Setting.crowding)
            let encoded = try write(study, "crowding.json", to: counting.output, others: ["crowding.svg": study.plot])
            if counting.json { return print(encoded) }
            Counting.show(study, "touching") { String(format: "%.0f %%", 100 * $0.touchingShare) }
            print("\(counting.output)/crowding.svg")
        }
    }

    struct Worlds: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Counts as slides differ: medium, stain, optics and camera of eight kinds.",
            discussion: """
                Writes worlds.json. Every field is a slide of its own. With --calibrate, lens.json is told what confidence \
                these fields say that the lens's evidence deserves; judge it with another seed.
                """)

        @OptionGroup var counting: Counting
        @Option(help: "How many camera fields, shared out among the worlds.") var fields = 40
        @Option(
            name: .customLong("world"), parsing: .singleValue,
            help: "A world to count in; may be repeated. All by default.")
        var worlds: [String] = []

        private var settings: [CountingStudy.Setting] {
            get throws {
                let chosen = try worlds.map { try World(named: $0) }
                return CountingStudy.Setting.worlds.filter { chosen.isEmpty || chosen.contains($0.world) }
            }
        }

        func validate() throws {
            do {
                try counting.check(fields, settings: try settings)
            } catch let error as SimulationError {
                throw ValidationError("\(error.message): \(error.hint)")
            }
        }

        func run() throws {
            let study = try counting.study(fields, settings)
            let encoded = try write(study, "worlds.json", to: counting.output, others: [:])
            if counting.json { return print(encoded) }
            Counting.show(study, "world") { $0.world ?? "all" }
        }
    }

    /// What studies of counts have in common.
    struct Counting: ParsableArguments {
        @Option(help: "Folder of the lens.") var lens: String
        @Option(help: "Equal seeds give equal fields.") var seed: UInt64 = 1
        @Option(help: ArgumentHelp("Mean count of grains in a square millimetre.", valueName: "n"))
        var grainsPerMm2 = 620.0
        @Option(help: "Threads that share the work.") var threads = ProcessInfo.processInfo.activeProcessorCount
        @Option(name: [.customShort("o"), .long], help: "Folder to write into; made if it is not there.")
        var output: String
        @Flag(help: "Write into lens.json what confidence its evidence deserves.") var calibrate = false
        @Option(help: ArgumentHelp("With --calibrate: grains of less confidence are unidentified.", valueName: "0...1"))
        var minimumConfidence = 0.5
        @Flag(help: "Print JSON.") var json = false

        func check(_ fields: Int, settings: [CountingStudy.Setting]) throws {
            guard fields >= settings.count, (1...1024).contains(threads), (1...5000).contains(grainsPerMm2),
                (0...1).contains(minimumConfidence)
            else {
                throw ValidationError(
                    "--fields must be at least \(settings.count), --threads in 1 to 1024, --grains-per-mm2 in 1 to 5000, "
                        + "--minimum-confidence in 0 to 1")
            }
        }

        func study(_ fields: Int, _ settings: [CountingStudy.Setting]) throws -> CountingStudy {
            let line = ProgressLine()
            defer { line.end() }
            do {
                let study = try CountingStudy(
                    lensFolder: lens, fields: fields, seed: seed, settings: settings,
                    grainsPerSquareMillimetre: grainsPerMm2, threads: threads
                ) { line.show("\($0) of \(fields) fields") }
                if calibrate {
                    try NeuralLens.calibrate(folder: lens, study.calibration, minimumConfidence: minimumConfidence)
                }
                return study
            } catch let error as EvaluationError {
                line.end()
                throw fail(error.message, hint: error.hint)
            } catch let error as LensError {
                line.end()
                throw fail(error.message, hint: error.hint)
            }
        }

        /// A line a level.
        static func show(_ study: CountingStudy, _ title: String, _ name: (CountingStudy.Level) -> String) {
            let keys = study.overall.species.keys.sorted()
            let levels = study.levels.map { (name($0), $0) } + [("all", study.overall)]
            let width = 2 + max(10, levels.map(\.0.count).max()!)
            func padded(_ text: String) -> String { text.padding(toLength: width, withPad: " ", startingAt: 0) }
            print(
                padded(title) + "fields    true counted     error"
                    + keys.map {
                        String(repeating: " ", count: max(1, 9 - $0.count)) + $0 + " F1"
                    }.joined() + "  foreign as species")
            for (name, level) in levels {
                print(
                    padded(name)
                        + String(
                            format: "%6d%8d%8d  %+6.1f %%", level.fields, level.actual, level.counted,
                            100 * level.countError)
                        + keys.map { String(format: "%12.3f", level.species[$0]?.f1 ?? 0) }.joined()
                        + String(format: "%8d of %d", level.foreignCountedAsSpecies, level.foreignObjects))
            }
            print(String(format: "expected calibration error %.3f", study.expectedCalibrationError))
        }
    }

    struct Slides: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "slide",
            abstract: "A slide scanned in overlapping fields whose places nobody states: places, doubles, losses.")

        @Option(help: "Folder of the lens.") var lens: String
        @Option(help: "Equal seeds give equal slides.") var seed: UInt64 = 1
        @OptionGroup var layout: SlideLayoutOptions
        @Option(help: "Threads that share the work.") var threads = ProcessInfo.processInfo.activeProcessorCount
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let layout = try layout.layout(usual: "5x5")
            let line = ProgressLine()
            let study: SlideStudy
            do {
                study = try SlideStudy(lensFolder: lens, seed: seed, layout: layout, threads: threads) {
                    line.show("\($0) of \(layout.columns * layout.rows + layout.capturedTwice) captures")
                }
            } catch {
                line.end()
                throw fail(error.message, hint: error.hint)
            }
            line.end()
            if json { return print(String(decoding: try encoder.encode(study), as: UTF8.self)) }
            print(
                String(
                    format: "%d of %d captures placed (%d places captured twice): error %.2f px RMS, largest %.2f px",
                    study.placed, study.fields, study.capturedTwice, study.placementRMSPixels,
                    study.placementLargestPixels))
            print(
                String(
                    format: "%d grains: %d counted, %d doubled (%.2f %%), %d lost (%.2f %%); %d not seen by the lens, "
                        + "%d counted that are none", study.grains, study.counted, study.doubled,
                    100 * study.doubledShare, study.lost, 100 * study.lostShare, study.unseen, study.spurious))
        }
    }

    struct Intervals: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "How often 95 % intervals of densities hold the truth.",
            discussion: """
                Slides of 10 to 60 fields with 0.5 to 30 grains a field, lying at random and clumped (negative binomial, \
                k of 5, 2 and 1), as many slides of each.
                """)

        @Option(help: "Slides of each kind.") var slides = 500
        @Option(help: "Equal seeds give equal slides.") var seed: UInt64 = 1
        @Flag(help: "Also kinds outside of what is claimed: few fields, stronger clumps.") var unusual = false

        func validate() throws {
            guard (1...1_000_000).contains(slides) else { throw ValidationError("--slides must lie in 1 to 1000000") }
        }

        func run() throws {
            let settings = IntervalCoverage.Setting.usual + (unusual ? IntervalCoverage.Setting.unusual : [])
            print("fields  grains a field  clumping k  coverage   below   above  width")
            var held = 0.0
            for (number, setting) in settings.enumerated() {
                let found = IntervalCoverage(setting, slides: slides, seed: seed &+ UInt64(number))
                if number < IntervalCoverage.Setting.usual.count { held += found.coverage }
                print(
                    String(
                        format: "%6d  %14.1f  %10@  %6.1f %%  %4.1f %%  %4.1f %%  %5.2f", setting.fields,
                        setting.grainsPerField, setting.k.map { String(format: "%.1f", $0) } ?? "none",
                        100 * found.coverage, 100 * found.below, 100 * found.above, found.meanRelativeWidth))
            }
            let usual = IntervalCoverage.Setting.usual.count
            print(
                String(
                    format: "the %d usual kinds, %d slides: coverage %.1f %%", usual, usual * slides,
                    100 * held / Double(usual)))
        }
    }
}

private let encoder = {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return encoder
}()

/// Writes a report as JSON, and texts beside it.
/// - Returns: the JSON.
private func write(
    _ report: some Encodable, _ name: String, to output: String, others: [String: String]
) throws -> String {
    let encoded = try encoder.encode(report)
    let folder = URL(fileURLWithPath: output, isDirectory: true)
    do {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try encoded.write(to: folder.appendingPathComponent(name), options: .atomic)
        for (name, text) in others {
            try Data(text.utf8).write(to: folder.appendingPathComponent(name), options: .atomic)
        }
    } catch {
        throw fail("\(output) cannot be written: \(error.localizedDescription)", hint: "name another folder")
    }
    return String(decoding: encoded, as: UTF8.self)
}
