import Foundation
import Tabular

/// The page of a slide that somebody signs.
struct ReportPage {
    let report: SlideReport
    let pictures: ReportPictures

    var html: String {
        let title = Markup.escaped(report.slide.name)
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" \
            content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="generator" content="\(Markup.escaped(report.program))">
            <title>\(title): pollen count</title>
            <style>
            \(Self.style)
            </style>
            </head>
            <body>
            \([heading, doubts, sample, counts, secondReading, meaning, map, doubtful, provenance, Self.signatures, captures].filter { !$0.isEmpty }
                .joined(separator: "\n"))
            </body>
            </html>

            """
    }

    // MARK: What was counted

    private var heading: String {
        let confirmed = report.counts.reduce(0) { $0 + $1.confirmed }
        let doubtful = report.counts.reduce(0) { $0 + $1.doubtful }
        let unidentified = report.counts.first { $0.species == SlideReport.unidentified }?.grains ?? 0
        let area = report.counts.compactMap(\.areaSquareCentimetres).max()
        var facts = [("grains counted", "\(report.total)"), ("captures", "\(report.fields.count)")]
        let leftOut = report.fields.count { $0.isLeftOut }
        if leftOut > 0 { facts.append(("of these left out", "\(leftOut)")) }
        if let fields = report.counts.map(\.fields).max() { facts.append(("fields", "\(fields)")) }
        if let area, area.isFinite { facts.append(("area examined", "\(Figure.significant(area)) cm²")) }
        if let volume = report.slide.sampledVolumeCubicMetres, volume.isFinite {
            facts.append(("air sampled", "\(Figure.significant(volume)) m³"))
        }
        facts += [
            ("confirmed by a person", "\(confirmed)"), ("doubtful", "\(doubtful)"), ("unidentified", "\(unidentified)"),
        ]
        let times = report.fields.map(\.capturedAt)
        let span = [times.min(), times.max()].compactMap { $0.flatMap(UTC.minutes) }
        let captured =
            span.isEmpty ? "No field has been captured." : "Captured \(Set(span).sorted().joined(separator: " to "))."
        return """
            <header>
            <p class="soft">Pollen count</p>
            <h1>\(Markup.escaped(report.slide.name))</h1>
            \(report.slide.note.isEmpty ? "" : "<p>\(Markup.escaped(report.slide.note))</p>")
            <p class="soft">\(captured) Report of \(UTC.minutes(report.generatedAt) ?? "an unknown time").</p>
            <dl class="facts">\(facts.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" }.joined())</dl>
            </header>
            """
    }

    /// Before the figures: nobody should read these without it.
    private var doubts: String {
        guard !report.doubts.isEmpty else { return "" }
        let items = report.doubts.map { "<li>\(Markup.escaped($0))</li>" }
        return """
            <section class="meaning">
            <h2>To know before the counts are used</h2>
            <ul>\(items.joined(separator: "\n"))</ul>
            </section>
            """
    }

    private var counts: String {
        let level = Figure.significant(report.intervalLevel * 100)
        guard !report.counts.isEmpty else { return "<h2>Counts</h2><p>Nothing has been counted.</p>" }
        let hasConcentration = report.counts.contains { $0.concentrationPerCubicMetre != nil }
        let most =
            report.counts.compactMap(\.densityPerSquareCentimetre)
            .flatMap { [$0.value, $0.upper ?? 0] }.filter(\.isFinite).max() ?? 0
        let rows = report.counts.map { count in
            let species = report.species(count.species)
            var cells = [
                "<td class=\"text\">\(swatch(species))\(Markup.escaped(species.name))</td>",
                "<td>\(count.grains)</td><td>\(count.confirmed)</td><td>\(count.doubtful)</td>",
                "<td>\(Figure.interval(count.densityPerSquareCentimetre))</td>",
                "<td>\(bar(count.densityPerSquareCentimetre, most: most))</td>",
            ]
            if hasConcentration { cells.append("<td>\(Figure.interval(count.concentrationPerCubicMetre))</td>") }
            return "<tr>\(cells.joined())</tr>"
        }
        return """
            <h2>Counts</h2>
            <table><thead><tr><th>species</th><th>grains</th><th>of these<br>confirmed</th>\
            <th>of these<br>doubtful</th>\
            <th>grains per cm²<br>[\(level) % interval]</th><th></th>\
            \(hasConcentration ? "<th>grains per m³ of air<br>[\(level) % interval]</th>" : "")</tr></thead>
            <tbody>\(rows.joined(separator: "\n"))</tbody></table>
            <p class="soft">The intervals say how far the slide's density may be from what these fields show, as they \
            differ among each other; errors of the lens are not in them. Unidentified objects are not part of the \
            total. Border of the field: \(Markup.escaped(report.countingRule)).</p>
            """
    }

    /// Value and interval on a line from 0 to the largest upper limit of the table.
    private func bar(_ estimate: SlideReport.Estimate?, most: Double) -> String {
        guard let estimate, estimate.value.isFinite, most > 0 else { return "" }
        func x(_ value: Double) -> String { Figure.fixed(4 + 192 * min(1, max(0, value / most)), digits: 1) }
        var shapes = "<path d=\"M4 8H196\" stroke=\"var(--line)\"/>"
        if let lower = estimate.lower, let upper = estimate.upper, lower.isFinite, upper.isFinite {
            shapes +=
                "<path d=\"M\(x(lower)) 8H\(x(upper))M\(x(lower)) 4V12M\(x(upper)) 4V12\" stroke=\"currentColor\" "
                + "stroke-width=\"1.5\"/>"
        }
        return "<svg viewBox=\"0 0 200 16\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\(shapes)"
            + "<circle cx=\"\(x(estimate.value))\" cy=\"8\" r=\"3.5\" fill=\"currentColor\"/></svg>"
    }

    private func swatch(_ species: SlideReport.Species) -> String {
        let colour = species.rgb.map(String.init).joined(separator: ",")
        return "<span class=\"swatch\" style=\"background:rgb(\(colour))\"></span>"
    }

    // MARK: Pictures

    private static func image(_ png: [UInt8], _ caption: String) -> String {
        "<img src=\"data:image/png;base64,\(Data(png).base64EncodedString())\" alt=\"\(Markup.escaped(caption))\">"
    }

    private var map: String {
        guard let mosaic = pictures.mosaic else { return "" }
        return """
            <h2>Map of the slide</h2>
            <figure class="map">\(Self.image(mosaic, "fields of the slide with outlines and numbers"))
            <figcaption>Observed: the fields as the camera saw them, in their places. Drawn on them: outlines in the \
            colours of the species, and numbers.</figcaption></figure>
            """
    }

    private var doubtful: String {
        let grains = report.grains.filter { $0.status == .doubtful }.sorted {
            ($0.confidence, $0.id) < ($1.confidence, $1.id)
        }
        guard !grains.isEmpty else { return "" }
        let shown = grains.filter { pictures.crops[$0.id] != nil }
        let threshold = report.doubtfulBelow.map { " (confidence below \(Figure.significant($0)))" } ?? ""
        let figures = shown.map { grain in
            let crop = pictures.crops[grain.id]!
            let species = report.species(grain.species)
            let made = crop.synthesised.map {
                "<div>\(Self.image($0, "synthesised"))<small class=\"made\">synthesised</small></div>"
            }
            let size = grain.equivalentDiameterMicrometres.map { ", \(Figure.significant($0)) µm" } ?? ""
            return """
                <figure><div class="pair"><div>\(Self.image(crop.observed, "observed"))<small>observed</small></div>\
                \(made ?? "")</div><figcaption><b>\(grain.number.map { "\($0)" } ?? "#\(grain.id)")</b> \
                \(swatch(species))\
                \(Markup.escaped(species.name))<br>confidence \(Figure.fixed(grain.confidence, digits: 2))\(size)\
                <br>capture \(grain.capture)</figcaption></figure>
                """
        }
        return """
            <h2>Doubtful grains</h2>
            <p>\(Figure.plural(grains.count, "grain")) of which the lens is not sure\(threshold) and that nobody has \
            looked at; they are counted under the species shown. \(Figure.shown(shown.count, of: grains.count))</p>
            <div class="grains">\(figures.joined(separator: "\n"))</div>
            """
    }

    private var meaning: String {
        """
        <section class="meaning">
        <h2>What is observed and what is generated</h2>
        <p><b>Observed.</b> The fields are pictures that the camera took through the microscope. Grains, positions, \
        sizes and counts come from a map that the neural lens makes of these pictures, and from persons who looked at \
        them. The lens can err; what it was trained on and what it confuses is in its model card.</p>
        <p><b class="made">Synthesised.</b> Pictures marked with this word are drawn by the neural lens: the \
        statistically most likely surface, not an observation. Nothing is counted from them, and a detail that only \
        they show is no finding.</p>
        </section>
        """
    }
}

extension SlideReport {
    /// One self-contained page in HTML: counts with intervals, the map, doubtful grains, what is observed and what is
    /// generated, provenance, and lines to sign on. It runs no scripts, loads nothing, and prints on A4.
    /// - Throws: `.contradictory`.
    package func html(_ pictures: ReportPictures) throws(ExportError) -> [UInt8] {
        try checked()
        return Array(ReportPage(report: self, pictures: pictures).html.utf8)
    }
}
