import ControlAPI
import ControlClient
import Export
import Foundation
import Testing

/// A trap's season as other programs read it.
@Suite struct SeasonTests {
    private static let iva = [(12, 75.5), (13, nil), (14, 0), (15, 151)] as [(Int, Double?)]

    /// Two years; of the first a day is missing, and the last is of 9 h.
    private let season: SeasonReport = {
        func day(_ year: String, _ day: Int, _ perM3: Double?) -> SeasonReport.Day {
            .init(
                date: "\(year)-06-\(day)", year: year, slides: ["s & \(day)"], hours: day == 15 ? 9 : 24,
                airM3: day == 15 ? 5.4 : 14.4, examinedShare: perM3 == nil ? nil : 0.125,
                values: perM3.map {
                    [
                        .init(key: "iva", grains: Int($0), perM3: $0, lowPerM3: $0 / 2, highPerM3: $0 * 1.5 + 1),
                        .init(key: "none", grains: 0, perM3: 0, lowPerM3: 0, highPerM3: 2),
                    ]
                } ?? [], missing: perM3 == nil ? "no lens has looked at it" : nil,
                doubts: day == 15 ? ["its value is of 9 h of the day"] : [])
        }
        func of(_ year: String) -> SeasonReport.Season {
            .init(
                year: year, integral: 226.5, peakDate: "\(year)-06-15", peakPerM3: 151, begins: "\(year)-06-12",
                ends: "\(year)-06-15")
        }
        let years = ["2025", "2026"]
        return SeasonReport(
            station: "Leipzig <roof>", trapName: "north", timeZone: "Europe/Berlin",
            days: years.flatMap { year in Self.iva.map { day(year, $0.0, $0.1) } },
            taxa: [
                .init(key: "iva", species: "Iva xanthiifolia", seasons: years.map(of)),
                .init(
                    key: "none", species: "Never seen",
                    seasons: years.map {
                        .init(year: $0, integral: 0, peakDate: nil, peakPerM3: nil, begins: nil, ends: nil)
                    }),
            ],
            years: years.map { .init(name: $0, begins: "\($0)-01-01", days: 3, missingDates: ["\($0)-06-13"]) },
            remarks: [])
    }()

    /// A day that was counted and showed none is a zero; one without a value is empty.
    @Test func aeRobiologysTable() throws {
        let table = try ForeignReader.read(
            Array(season.aeRobiologyTable.utf8), as: "csv", TableTests.Table.self
        ).value
        #expect(table.rows[0] == ["date", "Iva xanthiifolia"])
        #expect(
            table.rows.suffix(4) == [
                ["2026-06-12", "75.5"], ["2026-06-13", ""], ["2026-06-14", "0.0"], ["2026-06-15", "151.0"],
            ])
    }

    @Test func rowsOfDaysAndTaxa() throws {
        let table = try ForeignReader.read(Array(season.csv.utf8), as: "csv", TableTests.Table.self).value
        #expect(table.rows.count == 1 + 2 * 3 * 2)
        let last = table.row(10)
        #expect(last["date"] == "2026-06-15" && last["species"] == "iva" && last["hours"] == "9.0")
        #expect(last["grains_per_m3"] == "151.0" && last["lower_per_m3"] == "75.5" && last["slides"] == "s & 15")
        #expect(last["doubts"] == "its value is of 9 h of the day")
    }

    struct Page: Decodable {
        let tags: [String]
        let links: [String]
        let text: String
        let cells: [String]
    }

    @Test func aPageWithPlots() throws {
        let html = SeasonPage(season, colours: ["iva": "#e05040"], program: "NeuralLens 1").html
        let page = try ForeignReader.read(Array(html.utf8), as: "html", Page.self).value
        #expect(page.links.isEmpty && page.tags.contains("svg") && !page.tags.contains("script"))
        #expect(page.text.contains("Leipzig <roof>, north") && page.text.contains("2025-06-13, 2026-06-13"))
        #expect(page.cells.contains("no lens has looked at it") && page.cells.contains("75.5 [37.8, 114]"))
        #expect(!page.text.contains("Never seen"))
    }

    struct Picture: Decodable {
        let root: String
        let height: Double
        let names: [String]
        let labels: [String]
    }

    /// A plot a year under one another: two bars, a crossed out day, a cumulative line.
    @Test func thePlots() throws {
        let svg = SeasonPage(season, colours: ["iva": "red\" onload=\"x"], program: "").picture
        let seen = try ForeignReader.read(Array(svg.utf8), as: "svg", Picture.self).value
        #expect(seen.root == "{http://www.w3.org/2000/svg}svg" && seen.height > 300)
        #expect(
            seen.labels
                == ["2025", "2026"].map {
                    "Iva xanthiifolia \($0): daily values in grains per m³, the highest value on \($0)-06-15"
                })
        #expect(seen.names.count { $0 == "polyline" } == 2 && seen.names.count { $0 == "title" } == 4)
        // No colour but six digits.
        #expect(!svg.contains("onload"))
    }

    struct Archive: Decodable {
        struct Event: Decodable {
            let data: [String: String]
            let occurrences: [[String: String]]
        }

        let core: String
        let title: String
        let rights: String
        let events: [Event]
    }

    /// As python-dwca-reader reads it.
    @Test func aDarwinCoreArchive() throws {
        let path = try TemporaryFolder.shared.path("\(UUID().uuidString).zip")
        let archive = DarwinCoreArchive(
            season, licence: "CC-BY-4.0", publisher: "Institute & Co", place: GeographicPlace("51.34,12.37"),
            version: "1.0")
        let written = try archive.write(to: path, overwrite: false)
        #expect(written.events == 6 && written.occurrences == 12)
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let seen = try ForeignReader.read(bytes, as: "dwca", Archive.self).value
        #expect(seen.core == "http://rs.tdwg.org/dwc/terms/Event" && seen.rights == "CC-BY-4.0")
        #expect(seen.title == "Pollen in the air, Leipzig <roof>, north, 2025-06-12 to 2026-06-15")
        let event = try #require(seen.events.last)
        let expected = [
            "eventID": "Leipzig <roof>, north: 2026-06-15", "eventDate": "2026-06-15", "sampleSizeValue": "5.4",
            "sampleSizeUnit": "cubic metre", "decimalLatitude": "51.34", "decimalLongitude": "12.37",
            "samplingEffort": "9.00 h of exposure; 12.50 % of the deposit examined",
            "eventRemarks": "its value is of 9 h of the day", "license": "CC-BY-4.0",
        ]
        for (term, value) in expected { #expect(event.data[term] == value, "\(term)") }
        #expect(event.occurrences.map { $0["scientificName"] } == ["Iva xanthiifolia", "Never seen"])
        #expect(event.occurrences.map { $0["occurrenceStatus"] } == ["present", "absent"])
        #expect(event.occurrences.map { $0["organismQuantity"] } == ["151.0", "0.0"])
        #expect(event.occurrences.first?["dynamicProperties"]?.contains("\"upper_95_per_m3\":227.5") == true)
        #expect(throws: ControlClientError.self) { _ = try archive.write(to: path, overwrite: false) }
        var empty = season
        empty.days = []
        #expect(throws: ControlClientError.self) {
            _ = try DarwinCoreArchive(empty, licence: "CC0-1.0", publisher: "x", place: nil, version: "1").write(
                to: path, overwrite: true)
        }
    }
}
