package import ControlAPI
internal import Quantities
internal import Tabular

/// The page of a trap's season: plots, years beside one another, and a row a day.
package struct SeasonPage {
    private let season: SeasonReport
    private let colours: [String: String]
    private let program: String

    /// - Parameters:
    ///   - colours: of taxa by key, `#rrggbb`.
    ///   - program: name and version.
    package init(_ season: SeasonReport, colours: [String: String], program: String) {
        self.season = season
        self.colours = colours
        self.program = program
    }

    /// An SVG picture of all plots under one another; of no height where nothing was seen.
    package var picture: String {
        let (plots, step) = (plots, SeasonPlot.Size.height + 8)
        let (width, height) = (Int(saturating: SeasonPlot.Size.width), Int(saturating: step * Double(plots.count)))
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="\(width)" height="\(height)" \
            font-family="sans-serif">
            \(plots.enumerated().map { $0.element.svg(top: Double($0.offset) * step) }.joined(separator: "\n"))
            </svg>

            """
    }

    package var html: String {
        let title = Markup.escaped([season.station, season.trapName].filter { !$0.isEmpty }.joined(separator: ", "))
        let sections = [
            facts, plots.map { $0.svg() }.joined(separator: "\n"), years, days, missing, ReportPage.signatures,
        ]
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="generator" content="\(Markup.escaped(program))">
            <title>\(title): pollen season</title>
            <style>
            \(ReportPage.style)
            .season-plot { width: 100%; height: auto; break-inside: avoid; margin: .6em 0 }
            </style>
            </head>
            <body>
            <header>
            <p class="soft">Pollen season</p>
            <h1>\(title)</h1>
            </header>
            \(sections.filter { !$0.isEmpty }.joined(separator: "\n"))
            <p class="soft">\(Markup.escaped(program))</p>
            </body>
            </html>

            """
    }

    /// Of the highest value.
    private static let roomForIntervals = 2.0

    /// A taxon after the other, its years under one another on one scale.
    private var plots: [SeasonPlot] {
        let valued = season.days.filter { $0.missing == nil }
        let begins = Dictionary(season.years.map { ($0.name, $0.begins) }) { first, _ in first }
        let indices = valued.compactMap { day in
            begins[day.year].flatMap { SeasonPlot.days(from: $0, to: day.date) }
        }
        guard let first = indices.min(), let last = indices.max() else { return [] }
        return season.seenTaxa.flatMap { taxon in
            let values = valued.flatMap(\.values).filter { $0.key == taxon.key }
            // Values are to be seen: wide intervals end at the upper edge.
            let highest = min(
                values.map(\.highPerM3).max() ?? 1, Self.roomForIntervals * (values.map(\.perM3).max() ?? 1))
            return zip(taxon.seasons, season.years).map { one, year in
                SeasonPlot(
                    taxon: taxon, season: one, year: year, days: season.days.filter { $0.year == year.name },
                    span: first...last, highest: max(highest, .leastNonzeroMagnitude),
                    colour: colours[taxon.key].flatMap(Self.colour) ?? "#808080")
            }
        }
    }

    /// Colours come from lens files.
    private static func colour(_ text: String) -> String? {
        text.wholeMatch(of: /#[0-9A-Fa-f]{6}/).map { String($0.output) }
    }

    private var facts: String {
        let valued = season.days.count { $0.missing == nil }
        var facts = [
            ("days with a value", "\(valued)"), ("days without", "\(season.missingDates.count)"),
            ("time zone", Markup.escaped(season.timeZone)),
        ]
        if let first = season.days.first?.date, let last = season.days.last?.date {
            facts.insert(("days", first == last ? first : "\(first) to \(last)"), at: 0)
        }
        let remarks = season.remarks.map { "<p>\(Markup.escaped($0))</p>" }
        return "<dl class=\"facts\">\(facts.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" }.joined())</dl>"
            + remarks.joined()
    }

    private var years: String {
        let rows = season.seenTaxa.flatMap { taxon in
            taxon.seasons.map { year in
                let cells = [
                    Figure.significant(year.integral), year.peakDate ?? "-",
                    year.peakPerM3.map { Figure.significant($0) } ?? "-", year.begins ?? "-", year.ends ?? "-",
                ]
                return
                    "<tr><td class=\"text\">\(Markup.escaped(taxon.species))</td><td>\(Markup.escaped(year.year))</td>"
                    + cells.map { "<td>\($0)</td>" }.joined() + "</tr>"
            }
        }
        guard !rows.isEmpty else { return "<p>No grain was counted.</p>" }
        return """
            <h2>Years</h2>
            <table><thead><tr><th>species</th><th>year</th><th>sum of the daily means,<br>pollen x day / m&#179;</th><th>peak</th>\
            <th>grains per m&#179;</th><th>begins</th><th>ends</th></tr></thead>
            <tbody>\(rows.joined(separator: "\n"))</tbody></table>
            <p class="soft">The season begins and ends on the days on which 2.5 and 97.5 % of the year's sum are reached. Days \
            without a value add nothing to it.</p>
            """
    }

    private var days: String {
        let taxa = season.seenTaxa
        let rows = season.days.map { day in
            let values =
                day.missing.map { "<td class=\"text\" colspan=\"\(max(1, taxa.count))\">\(Markup.escaped($0))</td>" }
                ?? taxa.map { taxon in
                    let value = day.values.first { $0.key == taxon.key }
                    return "<td>"
                        + Figure.interval(
                            SlideReport.Estimate(
                                value?.perM3 ?? 0, lower: value?.lowPerM3, upper: value?.highPerM3)) + "</td>"
                }.joined()
            let share = day.examinedShare.map { "\(Figure.significant($0 * 100)) %" } ?? "-"
            return
                "<tr><td>\(day.date)</td><td class=\"text\">\(Markup.escaped(day.slides.joined(separator: ", ")))</td>"
                + "<td>\(share)</td>\(values)</tr>"
        }
        let heads = taxa.map { "<th>\(Markup.escaped($0.species))</th>" }
        return """
            <h2>Days</h2>
            <table><thead><tr><th>day</th><th class="text">slides</th><th>examined</th>\(heads.joined())</tr></thead>
            <tbody>\(rows.joined(separator: "\n"))</tbody></table>
            <p class="soft">Grains per m&#179; of air, mean of the day, with its 95 % interval.</p>
            """
    }

    private var missing: String {
        let dates = season.missingDates
        return dates.isEmpty ? "" : "<h2>Days without a value</h2><p>\(dates.joined(separator: ", "))</p>"
    }
}
