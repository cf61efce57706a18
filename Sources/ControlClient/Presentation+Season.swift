package import ControlAPI

extension Presentation {
    package static func season(_ season: SeasonReport) -> String {
        var text =
            "\(visible(season.station))\(season.trapName.isEmpty ? "" : ", \(visible(season.trapName))"), \(season.timeZone)\n\n"
        let taxa = season.seenTaxa
        var table = Table([.text("date"), .elastic("slides"), .number("examined")] + taxa.map { .number($0.key) })
        for day in season.days {
            let share = day.examinedShare.map { Self.share($0) } ?? "-"
            table.append(
                [day.date, day.slides.joined(separator: ", "), share]
                    + taxa.map { taxon in
                        guard day.missing == nil else { return "-" }
                        return fixed(day.values.first { $0.key == taxon.key }?.perM3 ?? 0, digits: 1)
                    })
        }
        text += table.rendered()
        if !taxa.isEmpty {
            var sums = Table(
                .elastic("species"), .text("year"), .number("integral"), .text("peak"), .number("per m3"),
                .text("begins"), .text("ends"))
            for (taxon, year) in taxa.flatMap({ taxon in taxon.seasons.map { (taxon, $0) } }) {
                sums.append(
                    taxon.species, year.year, fixed(year.integral, digits: 0), year.peakDate ?? "-",
                    year.peakPerM3.map { fixed($0, digits: 1) } ?? "-", year.begins ?? "-", year.ends ?? "-")
            }
            text += "\nSum of the daily means (pollen x day / m3), and the season by the 95 % rule\n" + sums.rendered()
        }
        if !season.missingDates.isEmpty {
            let shown = season.missingDates.prefix(12).joined(separator: ", ")
            let more = season.missingDates.count - 12
            text += "\nno value: \(shown)\(more > 0 ? " and \(more) more" : "")\n"
        }
        for day in season.days where day.missing != nil {
            let slides = day.slides.map { visible($0) }.joined(separator: ", ")
            text += "note: \(day.date), \(slides): \(visible(day.missing ?? ""))\n"
        }
        return text + season.remarks.map { "note: \(visible($0))\n" }.joined()
    }
}
