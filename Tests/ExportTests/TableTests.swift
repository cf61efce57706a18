import Export
import Foundation
import Testing
import Zip

/// CSV as Python's `csv` reads it, JSON as its `json` does, refusing NaN and keys out of order.
@Suite struct TableTests {
    struct Table: Decodable {
        let rows: [[String]]
        let startsWithMark: Bool
        let linesEndInCrlf: Bool

        /// By column.
        func row(_ index: Int) -> [String: String] {
            Dictionary(uniqueKeysWithValues: zip(rows[0], rows[index + 1]))
        }
    }

    private func table(_ bytes: [UInt8]) throws -> Table { try ForeignReader.read(bytes, as: "csv", Table.self).value }

    @Test func grainsComeBackFromCSV() throws {
        let table = try table(Samples.report.grainsCSV)
        #expect(!table.startsWithMark && table.linesEndInCrlf)
        #expect(table.rows.count == 7 && table.rows.allSatisfy { $0.count == table.rows[0].count })
        let first = table.row(0)
        let expected = [
            "capture": "7", "id": "1", "number": "1", "species": "iva", "species_name": "Iva xanthiifolia",
            "status": "machine", "rejection": "", "confidence": "0.9375", "area_px": "400.0", "area_um2": "12.96",
            "ellipse_angle_deg": "-45.0", "on_border": "false", "centroid_x_px": "99.5", "reviewer": "",
            // 100 and 50 pixels of 0.18 um from the corner, which lies at (1000, -250.5) um.
            "centroid_x_um": "18.0", "centroid_y_um": "9.0", "slide_x_um": "1018.0", "slide_y_um": "-241.5",
        ]
        for (name, value) in expected { #expect(first[name] == value, "\(name)") }
        // Unknown and not finite: empty. A capture that is not placed or has no scale: no such positions.
        #expect(table.row(1)["area_um2"] == "" && table.row(2)["confidence"] == "")
        #expect(table.row(2)["centroid_x_um"] == "5.49" && table.row(2)["slide_x_um"] == "")
        #expect(table.row(3)["centroid_x_um"] == "")
        #expect(table.row(4)["rejection"] == "small" && table.row(5)["double_of"] == "1")
        #expect(table.row(2)["reviewed_at"] == "2026-06-12T10:30:00.250Z")
    }

    struct EcoTaxa: Decodable {
        let types: [String]
        let rows: [[String: String]]
    }

    /// As EcoTaxa's own client reads it, numbers as numbers.
    @Test func grainsComeBackAsEcoTaxaReadsThem() throws {
        let report = Samples.report
        let file = try TemporaryFolder.shared.path("\(UUID().uuidString).zip")
        let zip = try ZipWriter(path: file)
        try zip.add("ecotaxa_grains.tsv", report.ecoTaxaTSV)
        try zip.finish()
        let seen = try ForeignReader.read(
            [UInt8](Data(contentsOf: URL(fileURLWithPath: file))), as: "ecotaxa", EcoTaxa.self
        ).value
        let counted = report.grains.filter(\.status.counts)
        #expect(seen.rows.map { $0["object_id"]?.suffix(7) } == counted.map { "grain-\($0.id)" })
        #expect(seen.rows.map { $0["img_file_name"] } == counted.map { "grain-\($0.id).png" })
        let expected = [
            "object_annotation_category": "Iva xanthiifolia", "object_annotation_status": "predicted",
            "object_area_um2": "12.96", "object_x_px": "99.5", "acq_pixel_um": "0.18",
            "acq_instrument": "v4l2:/dev/video0",
            "acq_captured_at": "2026-06-12T09:30:00.250Z", "sample_air_m3": "10.0", "img_rank": "0",
        ]
        for (name, value) in expected { #expect(seen.rows[0][name] == value, "\(name)") }
        #expect(seen.rows.map { $0["object_annotation_status"] }.prefix(3) == ["predicted", "dubious", "validated"])
        #expect(
            seen.rows[2]["object_annotation_date"] == "20260612" && seen.rows[2]["object_annotation_time"] == "103000")
        #expect(seen.rows[1]["object_area_um2"] == "")
        // Names of people are not written; what would be a formula, or a line of its own, is neither.
        let text = String(decoding: report.ecoTaxaTSV, as: UTF8.self)
        #expect(!text.contains("Anna") && text.split(separator: "\n").count == 2 + counted.count)
        #expect(seen.rows[0]["sample_id"]?.hasPrefix("'=HYPERLINK") == true)
        // Every column is explained.
        let dictionary = String(decoding: report.ecoTaxaDictionary, as: UTF8.self)
        for name in text.prefix(while: { $0 != "\n" }).split(separator: "\t") {
            #expect(dictionary.contains("| `\(name)` |"))
        }
        #expect(Set(seen.types) == ["[t]", "[f]"])
    }

    /// Spreadsheets run what begins like a formula: text gets an apostrophe, numbers do not.
    @Test func namesAreNotFormulas() throws {
        let table = try table(Samples.report.grainsCSV)
        #expect(table.row(0)["slide"] == "'" + Samples.evil)
        #expect(table.row(2)["reviewer"] == "'-Anna, \"A.\"")
        #expect(table.row(3)["species_name"] == "'@SUM(1)")
        for name in ["+1", "-1", "\t=1", "\u{FF1D}1"] {
            var report = Samples.empty
            report.slide.name = name
            report.counts = [
                .init(species: "iva", grains: 0, confirmed: 0, doubtful: 0, fields: 0, areaSquareCentimetres: -1)
            ]
            let row = try self.table(report.countsCSV).row(0)
            #expect(row["slide"] == "'" + name && row["area_cm2"] == "-1.0")
        }
    }

    @Test func countsComeBackFromCSV() throws {
        let table = try table(Samples.report.countsCSV)
        let iva = table.row(0)
        #expect(iva["grains"] == "3" && iva["confirmed"] == "1" && iva["doubtful"] == "1" && iva["fields"] == "3")
        #expect(iva["density_lower_per_cm2"] == "1001.5" && iva["density_upper_per_cm2"] == "5120.25")
        #expect(iva["concentration_per_m3"] == "1639.0" && iva["concentration_upper_per_m3"] == "")
        #expect(iva["interval_level"] == "0.95" && iva["area_cm2"] == "0.00123")
        #expect(table.row(1)["density_per_cm2"] == "" && table.row(1)["area_cm2"] == "")
        #expect(try self.table(Samples.empty.countsCSV).rows.count == 1)
    }

    @Test func countsAsCSVCarryTheirDoubts() throws {
        var report = Samples.report
        report.doubts = ["capture 2: it is dark; its glass has 24 %", "a field shows \"much\""]
        let table = try table(report.countsCSV)
        #expect(table.rows.dropFirst().allSatisfy { $0.last == report.doubts.joined(separator: "; ") })
    }

    @Test func theReportComesBackFromJSON() throws {
        let report = Samples.report
        let json = try ForeignReader.json(try report.json())
        let slide = try #require(json["slide"] as? [String: Any])
        #expect(slide["name"] as? String == Samples.evil && slide["note"] as? String == "Burkard, 10 m³")
        #expect(json["generated_at"] as? String == "2026-06-12T09:30:00.250Z")
        let grains = try #require(json["grains"] as? [[String: Any]])
        #expect(grains.count == report.grains.count)
        #expect(grains[0]["area_um2"] as? Double == 12.96 && grains[1]["area_um2"] is NSNull)
        #expect(
            grains[0]["outline_px"] as? [[Double]] == [[89.5, 39.5], [109.5, 39.5], [109.5, 59.5], [89.5, 59.5]])
        #expect(grains[0]["on_border"] as? Bool == false && grains[3]["species_name"] as? String == "@SUM(1)")

        // The same names as in CSV, where every line of counts ends with the slide's doubts.
        let columns = try [report.grainsCSV, report.countsCSV, report.capturesCSV].map { try Set(table($0).rows[0]) }
        for (key, columns) in zip(["grains", "counts", "captures"], columns) {
            let first = try #require((json[key] as? [[String: Any]])?.first)
            #expect(Set(first.keys).subtracting(["outline_px"]) == columns.subtracting(["doubts"]))
        }
        let none = try ForeignReader.json(try Samples.empty.json())
        #expect((none["captures"] as? [Any])?.isEmpty == true && none["doubtful_below"] is NSNull)
    }

    @Test func timesBeyondTheNotationAreUnknown() throws {
        var report = Samples.empty
        report.generatedAt = Date(timeIntervalSince1970: .infinity)
        report.slide.createdAt = Date(timeIntervalSince1970: 1e15)
        let json = try ForeignReader.json(try report.json())
        #expect(json["generated_at"] is NSNull && (json["slide"] as? [String: Any])?["created_at"] is NSNull)
        _ = try report.html(ReportPictures())
    }

    @Test func aReportThatContradictsItselfIsRefused() {
        var more = Samples.report
        more.counts[0].grains += 1
        var unmentioned = Samples.report
        unmentioned.counts.remove(at: 1)
        for report in [more, unmentioned] {
            #expect { try report.json() } throws: { ($0 as? ExportError)?.code == .contradictory }
            #expect { try report.html(ReportPictures()) } throws: { ($0 as? ExportError)?.code == .contradictory }
        }
    }
}
