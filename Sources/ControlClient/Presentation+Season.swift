package import ControlAPI
import Tabular

extension Presentation {
    package static func season(_ season: SeasonReport) -> String {
        var text =
            "\(visible(season.station))\(season.trapName.isEmpty ? "" : ", \(visible(season.trapName))"), \(season.timeZone)\n\n"
        let taxa = season.taxa.filter { $0.integral > 0 }
        var table = Table([.text("date"), .elastic("slide"), .number("examined")] + taxa.map { .number($0.key) })
        for day in season.days {
            let share = day.examinedShare.map { Self.share($0) } ?? "-"
            table.append(
                [day.date, day.slide, share]
                    + taxa.map { taxon in
                        guard day.missing == nil else { return "-" }
                        return fixed(day.values.first { $0.key == taxon.key }?.perM3 ?? 0, digits: 1)
                    })
        }
        text += table.rendered()
        if !taxa.isEmpty {
            var sums = Table(
                .elastic("species"), .number("integral"), .text("peak"), .number("per m3"), .text("begins"),
                .text("ends"))
            for taxon in taxa {
                sums.append(
                    taxon.species, fixed(taxon.integral, digits: 0), taxon.peakDate ?? "-",
                    taxon.peakPerM3.map { fixed($0, digits: 1) } ?? "-", taxon.begins ?? "-", taxon.ends ?? "-")
            }
            text += "\nSum of the daily means (pollen x day / m3), and the season by the 95 % rule\n" + sums.rendered()
        }
        if !season.missingDates.isEmpty {
            let shown = season.missingDates.prefix(12).joined(separator: ", ")
            let more = season.missingDates.count - 12
            text += "\nno value: \(shown)\(more > 0 ? " and \(more) more" : "")\n"
        }
        for day in season.days where day.missing != nil {
            text += "note: \(day.date), slide \(visible(day.slide)): \(visible(day.missing ?? ""))\n"
        }
        return text + season.remarks.map { "note: \(visible($0))\n" }.joined()
    }
}

extension SeasonReport {
    /// A row a slide and taxon, with interval.
    package var csv: [UInt8] {
        var csv = CSV([
            "date", "station", "trap", "slide", "species", "species_name", "grains", "grains_per_m3", "lower_per_m3",
            "upper_per_m3", "examined_share", "doubts",
        ])
        let names = Dictionary(taxa.map { ($0.key, $0.species) }) { first, _ in first }
        for day in days {
            for value in day.values {
                csv.append([
                    Cell(day.date), Cell(station), Cell(trapName), Cell(day.slide), Cell(value.key),
                    Cell(names[value.key]),
                    Cell(value.grains), Cell(value.perM3), Cell(value.lowPerM3), Cell(value.highPerM3),
                    Cell(day.examinedShare), Cell(day.doubts.joined(separator: "; ")),
                ])
            }
        }
        return Array(csv.text.utf8)
    }

    /// As the R package AeRobiology reads it (Rojo, Picornell & Oteo 2019, *AeRobiology: the computational tool for biological
    /// data in the air*, Methods Ecol. Evol. 10, 1371-1376): the first column the date, a column a pollen type with its daily
    /// mean, a row for each day from the first to the last, empty where there is no value.
    package var aeRobiologyTable: [UInt8] {
        let taxa = taxa.filter { $0.integral > 0 }
        var csv = CSV(["date"] + taxa.map(\.species))
        // Of several slides of a day the first is the day's value.
        var values: [String: Day] = [:]
        for day in days where day.missing == nil && values[day.date] == nil { values[day.date] = day }
        for date in (values.keys + missingDates).sorted() {
            csv.append(
                [Cell(date)]
                    + taxa.map { taxon in
                        guard let day = values[date] else { return .nothing }
                        return Cell(day.values.first { $0.key == taxon.key }?.perM3 ?? 0)
                    })
        }
        return Array(csv.text.utf8)
    }
}
