internal import ArgumentParser
internal import Foundation
internal import Statistics

extension Validate {
    struct Readers: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Two simulated readers with known errors: kappa and coefficient of variation against what was put in.",
            discussion: """
                Both name the same objects, each with errors of his own. The true kappa is that of endlessly many objects, the true \
                coefficient of variation that of the counts which the errors make on average.
                """)

        @Option(help: "Readings of each pair of readers.") var readings = 1000
        @Option(help: "Objects in a reading.") var objects = 300
        @Option(help: "Equal seeds give equal readings.") var seed: UInt64 = 1

        func validate() throws {
            guard (1...100_000).contains(readings), (2...100_000).contains(objects) else {
                throw ValidationError("--readings must lie in 1 to 100000, --objects in 2 to 100000")
            }
        }

        func run() {
            let careful = ReaderStudy.Reader(missed: 0.02, confused: 0.01, invented: 0.02)
            let readers: [(String, ReaderStudy.Reader)] = [
                ("as careful", careful), ("confuses species", .init(missed: 0.02, confused: 0.15, invented: 0.02)),
                ("misses grains", .init(missed: 0.25, confused: 0.01, invented: 0.02)),
                ("misses most", .init(missed: 0.5, confused: 0.05, invented: 0.02)),
                ("sees ghosts", .init(missed: 0.02, confused: 0.01, invented: 0.3)),
            ]
            print("second reader      kappa: put in    mean  coverage   CV: put in  all readings   mean  within 30 %")
            for (name, reader) in readers {
                let study = ReaderStudy(
                    careful, reader, shares: [0.4, 0.25, 0.1, 0.25], objects: objects, readings: readings, seed: seed)
                print(
                    String(
                        format: "%@%14.3f%8.3f%8.1f %%%11.1f %%%12.1f %%%5.1f %%%10.1f %%",
                        name.padding(toLength: 19, withPad: " ", startingAt: 0), study.trueKappa, study.meanKappa,
                        100 * study.coverage, study.trueVariationPercent, study.variationPercent,
                        study.meanVariationPercent, 100 * study.withinLimit))
            }
        }
    }
}
