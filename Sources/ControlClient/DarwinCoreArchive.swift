package import ControlAPI
internal import Tabular

/// A trap's season as a Darwin Core archive (Darwin Core text guide, TDWG 2009-2023): a Zip file of a day a sampling event,
/// a taxon an occurrence (present or absent), `meta.xml`, which says what the columns are, and `eml.xml` about the whole.
package struct DarwinCoreArchive {
    package struct Summary: Codable, Sendable {
        package let file: String
        package let events: Int
        package let occurrences: Int
    }

    /// A column, and the term that it is of.
    private struct Column {
        let name: String
        let term: String

        init(_ name: String, of vocabulary: String = "http://rs.tdwg.org/dwc/terms/") {
            self.name = name
            term = vocabulary + name
        }
    }

    private static let eventColumns = [
        Column("eventID"), Column("eventDate"), Column("samplingProtocol"), Column("sampleSizeValue"),
        Column("sampleSizeUnit"), Column("samplingEffort"), Column("locality"), Column("locationID"),
        Column("decimalLatitude"), Column("decimalLongitude"), Column("geodeticDatum"), Column("eventRemarks"),
        Column("license", of: "http://purl.org/dc/terms/"),
    ]
    private static let occurrenceColumns = [
        Column("eventID"), Column("occurrenceID"), Column("basisOfRecord"), Column("scientificName"),
        Column("individualCount"), Column("organismQuantity"), Column("organismQuantityType"),
        Column("occurrenceStatus"), Column("dynamicProperties"),
    ]

    private let season: SeasonReport
    private let licence: String
    private let publisher: String
    private let place: GeographicPlace?
    private let version: String

    /// - Parameters:
    ///   - licence: by its SPDX name.
    ///   - publisher: a person or an institution.
    ///   - version: of the program.
    package init(_ season: SeasonReport, licence: String, publisher: String, place: GeographicPlace?, version: String) {
        self.season = season
        self.licence = licence
        self.publisher = publisher
        self.place = place
        self.version = version
    }

    private var days: [SeasonReport.Day] { season.days.filter { $0.missing == nil } }

    private var trap: String { [season.station, season.trapName].filter { !$0.isEmpty }.joined(separator: ", ") }

    private func identifier(_ day: SeasonReport.Day) -> String { "\(trap): \(day.date)" }

    /// Whole or not at all.
    package func write(to path: String, overwrite: Bool) throws(ControlClientError) -> Summary {
        guard let first = days.first, let last = days.last else {
            throw ControlClientError(
                .cannotWrite, "there is nothing to publish: no day of the trap \"\(visible(trap))\" has a value",
                hint: "neurallens season says what each day lacks")
        }
        let occurrences = occurrences
        let archive = try ZipOutput(path, overwrite: overwrite)
        try archive.add("event.txt", Array(events.utf8))
        try archive.add("occurrence.txt", Array(occurrences.text.utf8))
        try archive.add("meta.xml", Array(Self.meta.utf8))
        try archive.add("eml.xml", Array(metadata(first.date, last.date).utf8))
        try archive.finish()
        return Summary(file: path, events: days.count, occurrences: occurrences.count)
    }

    private var events: String {
        var table = TSV(Self.eventColumns.map(\.name))
        for day in days {
            table.append([
                Cell(identifier(day)), Cell(day.date), Cell("volumetric spore trap of Hirst's type"), Cell(day.airM3),
                Cell("cubic metre"),
                Cell(
                    "\(fixed(day.hours, digits: 2)) h of exposure; "
                        + "\(fixed((day.examinedShare ?? 0) * 100, digits: 2)) % of the deposit examined"),
                Cell(season.station), Cell(trap), Cell(place?.latitudeDegrees), Cell(place?.longitudeDegrees),
                Cell(place == nil ? nil : "EPSG:4326"), Cell(day.doubts.joined(separator: "; ")), Cell(licence),
            ])
        }
        return table.text
    }

    private var occurrences: (text: String, count: Int) {
        var table = TSV(Self.occurrenceColumns.map(\.name)), count = 0
        let names = Dictionary(season.taxa.map { ($0.key, $0.species) }) { first, _ in first }
        for day in days {
            for value in day.values {
                let interval = #"{"lower_95_per_m3":\#(value.lowPerM3),"upper_95_per_m3":\#(value.highPerM3)}"#
                table.append([
                    Cell(identifier(day)), Cell("\(identifier(day)): \(value.key)"), Cell("MachineObservation"),
                    Cell(names[value.key] ?? value.key), Cell(value.grains), Cell(value.perM3),
                    Cell("pollen grains per cubic metre of air, mean of the day"),
                    Cell(value.grains > 0 ? "present" : "absent"), Cell(interval),
                ])
                count += 1
            }
        }
        return (table.text, count)
    }

    private static var meta: String {
        func fields(_ columns: [Column]) -> String {
            columns.enumerated().map { "    <field index=\"\($0.offset)\" term=\"\($0.element.term)\"/>" }
                .joined(separator: "\n")
        }
        let format =
            #"encoding="UTF-8" fieldsTerminatedBy="\t" linesTerminatedBy="\n" fieldsEnclosedBy="&quot;" ignoreHeaderLines="1""#
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <archive xmlns="http://rs.tdwg.org/dwc/text/" metadata="eml.xml">
              <core \(format) rowType="http://rs.tdwg.org/dwc/terms/Event">
                <files><location>event.txt</location></files>
                <id index="0"/>
            \(fields(eventColumns))
              </core>
              <extension \(format) rowType="http://rs.tdwg.org/dwc/terms/Occurrence">
                <files><location>occurrence.txt</location></files>
                <coreid index="0"/>
            \(fields(occurrenceColumns))
              </extension>
            </archive>

            """
    }

    /// Ecological Metadata Language 2.1.1, as GBIF's profile asks for.
    private func metadata(_ first: String, _ last: String) -> String {
        let title = "Pollen in the air, \(trap), \(first) to \(last)"
        let party = "<organizationName>\(Markup.escaped(publisher))</organizationName>"
        let coordinates =
            place.map { place in
                let (north, east) = (place.latitudeDegrees, place.longitudeDegrees)
                return """
                    <geographicCoverage><geographicDescription>\(Markup.escaped(season.station))</geographicDescription>\
                    <boundingCoordinates><westBoundingCoordinate>\(east)</westBoundingCoordinate>\
                    <eastBoundingCoordinate>\(east)</eastBoundingCoordinate>\
                    <northBoundingCoordinate>\(north)</northBoundingCoordinate>\
                    <southBoundingCoordinate>\(north)</southBoundingCoordinate></boundingCoordinates></geographicCoverage>
                    """
            } ?? ""
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <eml:eml xmlns:eml="eml://ecoinformatics.org/eml-2.1.1" xmlns:dc="http://purl.org/dc/terms/" \
            packageId="\(Markup.escaped("\(trap), \(first) to \(last)"))" system="NeuralLens" scope="system" xml:lang="en">
            <dataset>
            <title xml:lang="en">\(Markup.escaped(title))</title>
            <creator>\(party)</creator>
            <metadataProvider>\(party)</metadataProvider>
            <pubDate>\(last)</pubDate>
            <language>en</language>
            <abstract><para>Daily mean concentrations of pollen in grains per cubic metre of air, of a volumetric trap of \
            Hirst's type, with 95 % intervals of the sampling of the deposit. Days without a value are not in it. Counted by \
            NeuralLens \(Markup.escaped(version)) and whoever reviewed its counts.</para></abstract>
            <intellectualRights><para>\(Markup.escaped(licence))</para></intellectualRights>
            <coverage>\(coordinates)<temporalCoverage><rangeOfDates><beginDate><calendarDate>\(first)</calendarDate></beginDate>\
            <endDate><calendarDate>\(last)</calendarDate></endDate></rangeOfDates></temporalCoverage></coverage>
            <contact>\(party)</contact>
            </dataset>
            </eml:eml>

            """
    }
}
