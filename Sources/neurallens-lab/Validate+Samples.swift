internal import ArgumentParser
internal import Foundation
internal import Sampling

extension Validate {
    struct Samples: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Daily and two-hourly values of a trap's tape by each method, against what lies on it.",
            discussion: """
                Points on a tape, not pictures: two species and foreign grains, clumped, at a rate that changes over the day, 5 \
                to 1000 grains per m3. Each method examines the same days. Then a week of seven tapes, day by day.
                """)

        @Option(help: "Days that each method examines.") var days = 200
        @Option(help: "Equal seeds give equal days.") var seed: UInt64 = 1
        @Option(
            help: ArgumentHelp(
                "Sides of a field along and across the tape, in micrometres; that of a camera of 1280 x 1024 pixels of 180 nm by default.",
                valueName: "WxH"))
        var fieldUm = "230x184"
        @Option(help: ArgumentHelp("Share of the deposit to examine, in percent.", valueName: "percent"))
        var share = 10.0

        func validate() throws {
            guard (1...100_000).contains(days), (0.1...100).contains(share) else {
                throw ValidationError("--days must lie in 1 to 100000, --share in 0.1 to 100")
            }
        }

        func run() throws {
            let sides = fieldUm.split(separator: "x").compactMap { Double($0) }
            guard sides.count == 2 else {
                throw ValidationError("--field-um wants two sides, as 230x184, and not \"\(fieldUm)\"")
            }
            let part = SamplingStudy.part
            let plans: [SamplingPlan]
            do {
                plans = try [SamplingMethod.longitudinal, .transverse, .random].map { (method) throws(SamplingError) in
                    try SamplingPlan(
                        method, of: part, fieldAlongMicrometres: sides[0], fieldAcrossMicrometres: sides[1],
                        wantedShare: share / 100)
                }
            } catch { throw fail(error.message, hint: error.hint) }
            print("method        bands  fields  examined  coverage   error   width  two-hourly coverage")
            for plan in plans {
                let study = SamplingStudy(plan, days: days, seed: seed)
                print(
                    String(
                        format: "%@%6d%8d%8.1f %%%8.1f %%%6.1f %%%6.1f %%  %@",
                        plan.method.rawValue.padding(toLength: 13, withPad: " ", startingAt: 0),
                        plan.bandsMillimetres.count, plan.count(on: part), 100 * study.share, 100 * study.coverage,
                        100 * study.meanRelativeError, 100 * study.meanHalfWidth,
                        study.slotCoverage.map { String(format: "%.1f %%", 100 * $0) } ?? "-"))
                for taxon in SamplingStudy.taxa {
                    let held = study.days.filter { $0.taxon == taxon }
                    print(
                        String(
                            format: "  %@                   %8.1f %%",
                            taxon.padding(toLength: 18, withPad: " ", startingAt: 0),
                            100 * Double(held.count { $0.isHeld }) / Double(held.count)))
                }
            }
            print("\na week: grains per m3, true and by each method with its 95 % interval")
            print(
                "day  taxon              true"
                    + plans.map { "  " + $0.method.rawValue.padding(toLength: 19, withPad: " ", startingAt: 0) }
                    .joined())
            let weeks = plans.map { SamplingStudy($0, days: 7, seed: seed &+ 1).days }
            for row in weeks[0].indices {
                let cells = weeks.map { week in
                    String(
                        format: "  %6.1f [%5.1f, %5.1f]", week[row].value.perM3, week[row].value.lowPerM3,
                        week[row].value.highPerM3)
                }
                print(
                    String(
                        format: "%3d  %@%8.1f", row / SamplingStudy.taxa.count + 1,
                        weeks[0][row].taxon.padding(toLength: 15, withPad: " ", startingAt: 0), weeks[0][row].truePerM3)
                        + cells.joined())
            }
        }
    }
}
