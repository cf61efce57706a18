internal import Tabular

extension ReportPage {
    /// Both readers and their agreement; nothing where nobody else read.
    var secondReading: String {
        guard let reading = report.secondReading else { return "" }
        let rows = reading.species.map { species in
            let difference =
                species.differencePercent.map { "\($0 > 0 ? "+" : "")\(Figure.fixed($0, digits: 1)) %" } ?? "-"
            return "<tr><td class=\"text\">\(Markup.escaped(species.name))</td><td>\(species.first)</td>"
                + "<td>\(species.second)</td><td>\(difference)</td><td>\(percent(species.variationPercent))</td><td>\(kappa(species.kappa))</td></tr>"
        }
        let table =
            rows.isEmpty
            ? ""
            : """
            <table><thead><tr><th>species</th><th>first reader</th><th>second reader</th><th>difference</th><th>coefficient<br>of variation</th>\
            <th>kappa<br>[95 % interval]</th></tr></thead>
            <tbody>\(rows.joined(separator: "\n"))</tbody></table>
            """
        return """
            <h2>Second reader</h2>
            <p>First reader: \(Markup.escaped(reading.first)). Second reader: \(Markup.escaped(reading.second)), who saw \
            outlines without names. \(reading.fieldsRead) of \(Figure.plural(reading.fields, "field")) read, chosen by chance \
            (seed \(reading.seed)). Of \(Figure.plural(reading.objects, "object")) both named \(reading.alike) alike; Cohen's \
            kappa \(kappa(reading.kappa)); coefficient of variation of their counts \(percent(reading.variationPercent)). They differ in \(reading.differences), of which \(reading.settled) are settled by a \
            review.</p>
            \(table)
            <p class="soft">Kappa of a species is that of it against all others; intervals by the large-sample variance of \
            Fleiss, Cohen &amp; Everitt (1969). Counts here are of the fields that both have read.\
            \(reading.remarks.map { " " + Markup.escaped($0) }.joined())</p>
            """
    }

    private func percent(_ value: Double?) -> String { value.map { "\(Figure.fixed($0, digits: 1)) %" } ?? "-" }

    private func kappa(_ estimate: SlideReport.Estimate?) -> String {
        guard let estimate else { return "-" }
        guard let lower = estimate.lower, let upper = estimate.upper else {
            return Figure.fixed(estimate.value, digits: 3)
        }
        return Figure.fixed(estimate.value, digits: 3)
            + " <span class=\"range\">[\(Figure.fixed(lower, digits: 3)), \(Figure.fixed(upper, digits: 3))]</span>"
    }
}
