package import ControlAPI

extension Presentation {
    package static func secondReadings(_ readings: [SecondReadingReport]) -> String {
        guard !readings.isEmpty else { return "No second reading was begun\n" }
        var table = Table(
            .number("reading"), .text("begun (UTC)"), .elastic("first reader"), .elastic("second reader"),
            .number("fields"), .number("read"))
        for reading in readings {
            table.append(
                "\(reading.id)", time(reading.at), firstReaders(reading), reading.reader, "\(reading.fields.count)",
                "\(reading.finished)")
        }
        return table.rendered()
    }

    private static func firstReaders(_ reading: SecondReadingReport) -> String {
        reading.firstReaders.isEmpty ? "the lens" : reading.firstReaders.joined(separator: ", ")
    }

    package static func secondReading(_ reading: SecondReadingReport) -> String {
        let fields = reading.fields.filter { !$0.isExcluded }
        return
            "Second reading \(reading.id) of slide \"\(visible(reading.slide))\": \(visible(reading.reader)) reads after "
            + "\(visible(firstReaders(reading)))\n\(reading.finished) of \(fields.count) fields read, in the order of seed "
            + "\(reading.seed): \(fields.map { "\($0.capture)" }.joined(separator: ", "))\n"
            + (reading.next.map { "next: capture \($0), on the page's Second reader\n" } ?? "")
    }

    /// Agreement of both readers.
    package static func agreement(_ agreement: SecondReadingAgreement) -> String {
        let reading = agreement.reading
        var table = Table(
            .elastic("species"), .number("first"), .number("second"), .number("both"), .number("difference"),
            .number("CV"), .number("kappa"), .text("95 %"))
        for species in agreement.species {
            table.append(
                species.species, "\(species.first)", "\(species.second)", "\(species.both)",
                species.differencePercent.map { "\($0 > 0 ? "+" : "")\(fixed($0, digits: 1)) %" } ?? "-",
                variation(species.variationPercent), kappa(species.kappa), interval(species.kappa))
        }
        let limits = interval(agreement.kappa)
        return
            "Slide \"\(visible(reading.slide))\", second reading \(reading.id): first \(visible(firstReaders(reading))), "
            + "second \(visible(reading.reader))\n"
            + "\(reading.finished) of \(reading.fields.count) fields, \(agreement.objects) objects, \(agreement.alike) named alike"
            + "; kappa \(kappa(agreement.kappa))\(limits.isEmpty ? "" : " [\(limits)]"), coefficient of variation of the counts "
            + "\(variation(agreement.variationPercent))\n\n"
            + (agreement.species.isEmpty ? "" : table.rendered() + "\n")
            + agreement.remarks.map { visible($0) + "\n" }.joined()
            + "\(agreement.differences) differences, \(agreement.settled) settled\n"
    }

    private static func variation(_ percent: Double?) -> String { percent.map { "\(fixed($0, digits: 1)) %" } ?? "-" }

    private static func kappa(_ kappa: SecondReadingAgreement.Kappa) -> String {
        kappa.value.map { fixed($0, digits: 3) } ?? "-"
    }

    private static func interval(_ kappa: SecondReadingAgreement.Kappa) -> String {
        guard let low = kappa.low, let high = kappa.high else { return "" }
        return "\(fixed(low, digits: 3)) to \(fixed(high, digits: 3))"
    }

    package static func differences(_ differences: [SecondReadingDifference]) -> String {
        guard !differences.isEmpty else { return "The readers do not differ in what both have read\n" }
        var table = Table(
            .number("capture"), .text("object"), .text("first"), .text("second"), .text("settled"), .elastic("by"))
        for one in differences {
            table.append(
                "\(one.capture)", one.grain.map { "grain \($0)" } ?? "drawn \(one.drawn ?? 0)", one.first, one.second,
                one.settled?.species ?? (one.isReplaced ? "replaced" : "-"),
                one.settled.map { "\(person($0.by)), \(time($0.at))" } ?? "")
        }
        return table.rendered()
    }
}
