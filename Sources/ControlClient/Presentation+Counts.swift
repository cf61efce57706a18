package import ControlAPI
import Tabular

extension Presentation {
    package static func counts(_ counts: SlideCounts, as format: Format) throws(ControlClientError) -> String {
        switch format {
        case .json: try json(counts)
        case .table: Presentation.counts(counts)
        case .csv: countsCSV(counts)
        }
    }

    /// Columns and tables that nothing is known for are left out.
    static func counts(_ counts: SlideCounts) -> String {
        let fields = counts.fields == counts.captures ? "" : ", \(plural(counts.fields, "field"))"
        let area = counts.areaExaminedCm2.map { ", \(significant($0)) cm2" } ?? ""
        let heading =
            "Slide \"\(visible(counts.slide))\": \(plural(counts.captures, "capture")) counted\(fields)\(area)\n"
        let run = counts.run.map { visible(sentence($0)) + "\n" } ?? ""
        var text = heading + run + "\n" + grainTable(counts)
        if counts.species.contains(where: { $0.concentrationPerM3 != nil || $0.moreFields != nil }) {
            text += "\n" + airTable(counts)
        }
        var remarks = Facts()
        for count in counts.species { remarks.append("\(visible(count.key)):", count.remark) }
        for doubt in counts.doubts { remarks.append("doubt:", doubt) }
        let notes = remarks.rendered()
        return text + (notes.isEmpty ? "" : "\n" + notes)
    }

    package static func comparison(_ comparison: SlideComparison) -> String {
        var facts = Facts()
        facts.append("first", comparison.first)
        facts.append("second", comparison.second)
        var table = Table(
            .elastic("species"), .number("first (/cm2)"), .number("second (/cm2)"), .number("ratio"),
            .text("95 % interval"), .number("p"))
        for species in comparison.species {
            table.append(
                species.key, significant(species.first.densityPerCm2), significant(species.second.densityPerCm2),
                significant(species.ratio), interval(species.ratioLow, species.ratioHigh),
                species.pValue.map { $0 < 0.001 ? "< 0.001" : fixed($0, digits: 3) } ?? "-")
        }
        var grains = Table(
            .elastic("species"), .number("first (grains)"), .text("interval (/cm2)"), .number("second (grains)"),
            .text("interval (/cm2)"))
        for species in comparison.species {
            grains.append(
                species.key, "\(species.first.grains)",
                interval(species.first.densityLowPerCm2, species.first.densityHighPerCm2),
                "\(species.second.grains)",
                interval(species.second.densityLowPerCm2, species.second.densityHighPerCm2))
        }
        var remarks = Facts()
        for species in comparison.species { remarks.append("\(visible(species.key)):", species.remark) }
        let notes = remarks.rendered()
        return facts.rendered() + "\n" + table.rendered() + "\n" + grains.rendered()
            + (notes.isEmpty ? "" : "\n" + notes)
    }

    private static func grainTable(_ counts: SlideCounts) -> String {
        let isReviewed = counts.species.contains { $0.confirmed + $0.doubtful > 0 }
        let isDense = counts.species.contains { $0.densityPerCm2 != nil }
        var table = Table(
            [.elastic("species"), .elastic("key"), .number("grains")]
                + (isReviewed ? [.number("confirmed"), .number("doubtful")] : [])
                + (isDense ? [.number("per cm2"), .text("95 % interval")] : []))
        func append(_ name: String, _ key: String, _ grains: Int, _ more: [String] = [], _ density: [String] = []) {
            table.append(
                [name, key, "\(grains)"] + (isReviewed ? more.isEmpty ? ["", ""] : more : [])
                    + (isDense ? density.isEmpty ? ["", ""] : density : []))
        }
        for count in counts.species {
            append(
                count.species, count.key, count.grains, [percent(count.confirmedShare), percent(count.doubtfulShare)],
                [significant(count.densityPerCm2), interval(count.densityLowPerCm2, count.densityHighPerCm2)])
        }
        append("all species", "", counts.total)
        append(GrainReport.unidentified, "", counts.unidentified)
        if counts.doubles > 0 { append("seen before", "", counts.doubles) }
        if counts.rejected > 0 { append("rejected", "", counts.rejected) }
        if counts.capturesNotVouchedFor > 0 { append("fields not vouched for", "", counts.capturesNotVouchedFor) }
        if counts.excludedCaptures > 0 { append("fields left out", "", counts.excludedCaptures) }
        return table.rendered()
    }

    private static func airTable(_ counts: SlideCounts) -> String {
        var table = Table(
            .elastic("key"), .number("per m3 of air"), .text("95 % interval"), .number("dispersion"),
            .number("more fields"))
        for count in counts.species {
            table.append(
                count.key, significant(count.concentrationPerM3),
                interval(count.concentrationLowPerM3, count.concentrationHighPerM3), significant(count.dispersion),
                count.moreFields.map { "\($0)" } ?? "-")
        }
        return table.rendered()
    }

    static func interval(_ low: Double?, _ high: Double?) -> String {
        low == nil && high == nil ? "-" : "\(significant(low))...\(significant(high))"
    }

    private static func countsCSV(_ counts: SlideCounts) -> String {
        var csv = CSV([
            "slide", "captures", "species", "key", "grains", "machine", "doubtful", "confirmed", "confirmed_share",
            "doubtful_share", "density_per_cm2", "density_low_per_cm2", "density_high_per_cm2", "dispersion",
            "concentration_per_m3", "concentration_low_per_m3", "concentration_high_per_m3", "more_fields", "remark",
            "fields", "area_examined_cm2", "run", "doubts",
        ])
        let doubts = counts.doubts.isEmpty ? nil : counts.doubts.joined(separator: "; ")
        let whole = [Cell(counts.fields), Cell(counts.areaExaminedCm2), Cell(counts.run?.id), Cell(doubts)]
        func line(_ name: String, _ key: String, _ grains: Int, _ more: [Cell]) {
            csv.append([Cell(counts.slide), Cell(counts.captures), Cell(name), Cell(key), Cell(grains)] + more + whole)
        }
        for count in counts.species {
            line(
                count.species, count.key, count.grains,
                [Cell(count.machine), Cell(count.doubtful), Cell(count.confirmed)]
                    + [Cell(count.confirmedShare), Cell(count.doubtfulShare)]
                    + [Cell(count.densityPerCm2), Cell(count.densityLowPerCm2), Cell(count.densityHighPerCm2)]
                    + [Cell(count.dispersion), Cell(count.concentrationPerM3)]
                    + [Cell(count.concentrationLowPerM3), Cell(count.concentrationHighPerM3)]
                    + [Cell(count.moreFields), Cell(count.remark)])
        }
        let unidentified = GrainReport.unidentified
        line(unidentified, unidentified, counts.unidentified, Array(repeating: .nothing, count: 14))
        return csv.text
    }
}
