package import ControlAPI
internal import Tabular

extension SeasonReport {
    /// A row a day and taxon, with interval; RFC 4180.
    package var csv: String {
        var csv = CSV([
            "date", "station", "trap", "slides", "hours", "species", "species_name", "grains", "grains_per_m3",
            "lower_per_m3", "upper_per_m3", "examined_share", "doubts",
        ])
        let names = Dictionary(taxa.map { ($0.key, $0.species) }) { first, _ in first }
        for day in days {
            for value in day.values {
                csv.append([
                    Cell(day.date), Cell(station), Cell(trapName), Cell(day.slides.joined(separator: "; ")),
                    Cell(day.hours), Cell(value.key), Cell(names[value.key]), Cell(value.grains), Cell(value.perM3),
                    Cell(value.lowPerM3), Cell(value.highPerM3), Cell(day.examinedShare),
                    Cell(day.doubts.joined(separator: "; ")),
                ])
            }
        }
        return csv.text
    }

    /// As the R package AeRobiology reads it (Rojo, Picornell & Oteo 2019, *AeRobiology: the computational tool for biological
    /// data in the air*, Methods Ecol. Evol. 10, 1371-1376): the first column the date, a column a pollen type with its daily
    /// mean, a row for each day from the first to the last, empty where there is no value.
    package var aeRobiologyTable: String {
        let taxa = seenTaxa
        var csv = CSV(["date"] + taxa.map(\.species))
        let values = Dictionary(uniqueKeysWithValues: days.filter { $0.missing == nil }.map { ($0.date, $0.values) })
        for date in (values.keys + missingDates).sorted() {
            csv.append(
                [Cell(date)]
                    + taxa.map { taxon in
                        guard let day = values[date] else { return .nothing }
                        return Cell(day.first { $0.key == taxon.key }?.perM3 ?? 0)
                    })
        }
        return csv.text
    }
}
