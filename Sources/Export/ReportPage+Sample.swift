internal import Tabular

extension ReportPage {
    /// The day's values, how they came about, and the calculation line by line; nothing where no plan says how it is examined.
    var sample: String {
        guard let sample = report.sample else { return "" }
        let about = sample.about.map {
            "<div><dt>\(Markup.escaped($0.name))</dt><dd>\(Markup.escaped($0.text))</dd></div>"
        }
        let rows = sample.taxa.map { taxon in
            "<tr><td class=\"text\">\(Markup.escaped(report.species(taxon.species).name))</td><td>\(taxon.grains)</td>"
                + "<td>\(Figure.interval(taxon.perCubicMetre))</td></tr>"
        }
        let amount = sample.bands.isEmpty ? "" : "\(Figure.plural(sample.bands.count, "band")), "
        let seed = sample.seed.map { " (seed \($0))" } ?? ""
        let doubts = sample.doubts.filter { !report.doubts.contains($0) }.map { "<li>\(Markup.escaped($0))</li>" }
        return """
            <h2>Daily values</h2>
            <p>\(Markup.escaped(sample.station)), <b>\(Markup.escaped(sample.date))</b>: \(Markup.escaped(sample.begins)) to \
            \(Markup.escaped(sample.ends)) (\(Markup.escaped(sample.timeZone))).</p>
            <dl class="facts">\(about.joined())</dl>
            <table><thead><tr><th>species</th><th>grains counted</th><th>grains per m³ of air<br>[95 % interval]</th></tr></thead>
            <tbody>\(rows.joined(separator: "\n"))</tbody></table>
            <p>Method: \(Markup.escaped(sample.method)), \(amount)\(sample.fieldsExamined) of \
            \(Figure.plural(sample.fieldsPlanned, "planned field"))\(seed); \
            \(Figure.significant(sample.examinedShare * 100)) % of the deposit examined, \
            \(Figure.significant(sample.wantedShare * 100)) % wanted.</p>
            \(doubts.isEmpty ? "" : "<ul>\(doubts.joined(separator: "\n"))</ul>")
            \(twoHours(sample))
            <h2>How the values are calculated</h2>
            \(steps(sample.arithmetic))
            \(sample.taxa.filter { $0.grains > 0 }.map { taxon in
                "<h3>\(Markup.escaped(report.species(taxon.species).name))</h3>\(steps(taxon.arithmetic))"
            }.joined(separator: "\n"))
            <p class="soft">The interval says how far the deposit may be from what was examined of it, by the clumps of the \
            grains and the share not examined; the trap's flow and catch and errors of the lens are not in it.</p>
            """
    }

    private func steps(_ steps: [SlideReport.Sample.Step]) -> String {
        let rows = steps.map {
            "<tr><td class=\"text\">\(Markup.escaped($0.words))</td><td class=\"text\">\(Markup.escaped($0.working))</td>"
                + "<td>\(Markup.escaped($0.text))</td></tr>"
        }
        return "<table><tbody>\(rows.joined(separator: "\n"))</tbody></table>"
    }

    /// Of transverse bands: a row each two hours, a column each taxon that was seen.
    private func twoHours(_ sample: SlideReport.Sample) -> String {
        let taxa = sample.taxa.filter { $0.grains > 0 && !$0.slots.isEmpty }
        guard let first = taxa.first else { return "" }
        let rows = first.slots.indices.map { index in
            let slot = first.slots[index]
            let hours = [slot.begins, slot.ends].map { String($0.dropFirst(11).prefix(5)) }.joined(separator: "-")
            return "<tr><td class=\"text\">\(hours)</td>"
                + taxa.map { "<td>\(Figure.interval($0.slots[index].perCubicMetre))</td>" }.joined() + "</tr>"
        }
        let names = taxa.map { "<th>\(Markup.escaped(report.species($0.species).name))</th>" }
        return """
            <h3>Grains per m³ in each two hours</h3>
            <table><thead><tr><th></th>\(names.joined())</tr></thead><tbody>\(rows.joined(separator: "\n"))</tbody></table>
            """
    }
}
