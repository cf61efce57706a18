import Foundation
import Tabular

/// Where the counts come from, and who answers for them.
extension ReportPage {
    var provenance: String {
        var rows: [(String, String)] = [("program", Markup.escaped(report.program))]
        let lenses = Dictionary(grouping: report.fields.filter { $0.lens != nil }) { $0.lens! }
        for (lens, fields) in lenses.sorted(by: { ($0.key.name, $0.key.sha256) < ($1.key.name, $1.key.sha256) }) {
            let engines = Set(fields.map(\.engineVersion)).filter { !$0.isEmpty }.sorted().joined(separator: ", ")
            rows.append(
                (
                    "lens",
                    "\(Markup.escaped(lens.name)), \(Figure.plural(fields.count, "field"))"
                        + "\(engines.isEmpty ? "" : ", engine \(Markup.escaped(engines))")<br>"
                        + "<code>sha256 \(Markup.escaped(lens.sha256))</code>"
                ))
        }
        let unanalysed = report.fields.count { $0.lens == nil }
        if unanalysed > 0 { rows.append(("not analysed", Figure.plural(unanalysed, "field"))) }
        let scales = Dictionary(grouping: report.fields) { field in
            (field.micrometresPerPixel.map { "\(Figure.significant($0 * 1000, 5)) nm a pixel" } ?? "unknown")
                + (field.scaleOrigin.isEmpty ? "" : ", \(field.scaleOrigin)")
        }
        for (scale, fields) in scales.sorted(by: { $0.key < $1.key }) {
            rows.append(("scale", "\(Markup.escaped(scale)); \(Figure.plural(fields.count, "field"))"))
        }
        for source in Set(report.fields.map(\.source)).filter({ !$0.isEmpty }).sorted() {
            rows.append(("camera", Markup.escaped(source)))
        }
        let reviews = Dictionary(grouping: report.grains.compactMap(\.review), by: \.reviewer)
        for (reviewer, reviews) in reviews.sorted(by: { $0.key < $1.key }) {
            let last = reviews.map(\.at).max().flatMap(UTC.minutes).map { ", last \($0)" } ?? ""
            rows.append(
                ("reviewed by", "\(Markup.escaped(reviewer)): \(Figure.plural(reviews.count, "grain"))\(last)"))
        }
        if reviews.isEmpty { rows.append(("reviewed by", "nobody: all grains are as the machine found them")) }
        let left = Dictionary(grouping: report.grains.filter { !$0.status.counts }) {
            $0.status == .double ? "seen in another field" : $0.rejection ?? "without a reason"
        }
        let reasons = left.sorted { $0.key < $1.key }.map { "\(Markup.escaped($0.key)) \($0.value.count)" }
        rows.append(("left out", reasons.isEmpty ? "nothing" : reasons.joined(separator: ", ")))
        if let area = report.slide.depositAreaSquareCentimetres, area.isFinite {
            rows.append(("deposit", "\(Figure.significant(area)) cm²"))
        }
        return """
            <h2>Provenance</h2>
            <table class="plain">\(rows.map { "<tr><td>\($0.0)</td><td class=\"text\">\($0.1)</td></tr>" }
                .joined(separator: "\n"))</table>
            """
    }

    var captures: String {
        guard !report.fields.isEmpty else { return "" }
        let hasOrigin = report.fields.contains { !$0.origin.isEmpty }
        let hasRemark = report.fields.contains { !$0.remark.isEmpty }
        var counted: [Int64: Int] = [:]
        for grain in report.grains where grain.status.counts && grain.species != SlideReport.unidentified {
            counted[grain.capture, default: 0] += 1
        }
        let rows = report.fields.map { field in
            let place = field.position.flatMap { point in
                point.x.isFinite && point.y.isFinite
                    ? "\(Figure.fixed(point.x, digits: 0)), \(Figure.fixed(point.y, digits: 0))" : nil
            }
            return "<tr><td>\(field.capture)</td><td>\(UTC.minutes(field.capturedAt)?.dropLast(4) ?? "-")</td>"
                + "<td>\(field.width) x \(field.height)</td><td>\(place ?? "not placed")</td>"
                + "<td>\(counted[field.capture] ?? 0)\(field.isVouchedFor == false ? " not vouched for" : "")</td>"
                + (hasOrigin ? "<td class=\"text\">\(Markup.escaped(field.origin))</td>" : "")
                + (hasRemark ? "<td class=\"text\">\(Markup.escaped(field.remark))</td>" : "") + "</tr>"
        }
        return """
            <h2>Captures</h2>
            <table class="captures"><thead><tr><th>capture</th><th>taken (UTC)</th><th>size (px)</th>\
            <th>upper left corner<br>on the slide (µm)</th><th>grains</th>\
            \(hasOrigin ? "<th class=\"text\">picture</th>" : "")\
            \(hasRemark ? "<th class=\"text\">remark</th>" : "")</tr></thead>
            <tbody>\(rows.joined(separator: "\n"))</tbody></table>
            """
    }

    static var signatures: String {
        "<div class=\"signatures\"><div>Counted by</div><div>Place, date</div><div>Signature</div></div>"
    }
}
