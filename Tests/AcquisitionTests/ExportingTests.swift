import Acquisition
import ControlAPI
import Foundation
import Testing

/// What leaves the program says what the program says.
@Suite struct ExportingTests {
    @Test func tablesReportAndCountsAgree() async throws {
        let bench = try Bench(scan: ())
        let microscope = try await bench.counted(fields: 4)
        _ = try await microscope.changeSlide(
            "s", SlideChange(sampledVolumeM3: 14.4, depositAreaMm2: 672), by: Bench.peer)
        let counts = try await microscope.counts(ofSlide: "s", untilPrecision: nil)

        // Air: grains on the whole deposit over the air that went through.
        for species in counts.species {
            let density = try #require(species.densityPerCm2)
            #expect(abs(try #require(species.concentrationPerM3) - density * 6.72 / 14.4) < 1e-9 * density + 1e-9)
        }

        let rows = try String(
            decoding: await microscope.export(slide: "s", format: .grainsCSV, capture: nil), as: UTF8.self
        ).components(separatedBy: "\r\n").filter { !$0.isEmpty }.map { $0.components(separatedBy: ",") }
        let header = try #require(rows.first)
        let (species, status) = (
            try #require(header.firstIndex(of: "species")), try #require(header.firstIndex(of: "status"))
        )
        func counted(_ key: String) -> Int {
            rows.dropFirst().count { $0[species] == key && ["machine", "doubtful", "confirmed"].contains($0[status]) }
        }
        for count in counts.species { #expect(counted(count.key) == count.grains) }
        #expect(counted("unidentified") == counts.unidentified)
        #expect(rows.dropFirst().count { $0[status] == "double" } == counts.doubles)

        let json =
            try JSONSerialization.jsonObject(
                with: Data(await microscope.export(slide: "s", format: .json, capture: nil))) as? [String: Any]
        let grains = try #require(json?["grains"] as? [[String: Any]])
        #expect(grains.count == rows.count - 1)
        let summary = try String(
            decoding: await microscope.export(slide: "s", format: .countsCSV, capture: nil), as: UTF8.self)
        for count in counts.species { #expect(summary.contains("s,\(count.key),\(count.species),\(count.grains),")) }

        let page = try String(
            decoding: await microscope.export(slide: "s", format: .report, capture: nil), as: UTF8.self)
        #expect(page.hasPrefix("<!doctype html>") && page.contains("data:image/png;base64,"))
        #expect(page.contains("Iva xanthiifolia") && page.contains("Synthesised") && page.contains("180 nm a pixel"))
        // Self-contained: nothing is loaded from anywhere.
        #expect(!page.contains("src=\"http") && !page.contains("href=\"http") && !page.contains("<script"))

        let outlines =
            try JSONSerialization.jsonObject(
                with: Data(await microscope.export(slide: "s", format: .geoJSON, capture: 2))) as? [String: Any]
        let shown = try await microscope.grains(ofCapture: 2, includingRejected: false).grains
        #expect((outlines?["features"] as? [Any])?.count ?? 0 >= shown.count)
        await #expect { try await microscope.export(slide: "s", format: .geoJSON, capture: nil) } throws: {
            ($0 as? Problem)?.isKind(.exportRefused) == true && "\($0)".contains("--capture")
        }
        let picture = try await microscope.export(capture: 1, as: .omeTIFF)
        #expect(picture.starts(with: [0x49, 0x49]) && Data(picture).range(of: Data("Synthesised".utf8)) != nil)
        await microscope.stop()
    }

    @Test func twoSlidesAreCompared() async throws {
        let bench = try Bench(fields: 2)
        let microscope = try await bench.open()
        for name in ["a", "b"] {
            _ = try await microscope.createSlide(SlideCreation(name: name), by: Bench.peer)
            await #expect { try await microscope.comparison(ofSlide: "a", with: "b") } throws: {
                let problem = $0 as? Problem
                return problem?.isKind(.comparisonRefused) == true || problem?.isKind(.slideNotFound) == true
            }
            _ = try await microscope.captured(slide: name)
        }
        let comparison = try await microscope.comparison(ofSlide: "a", with: "b")
        let (a, b) = (
            try await microscope.counts(ofSlide: "a", untilPrecision: nil),
            try await microscope.counts(ofSlide: "b", untilPrecision: nil)
        )
        for (species, (one, other)) in zip(comparison.species, zip(a.species, b.species)) {
            #expect(species.first.grains == one.grains && species.second.grains == other.grains)
            guard other.grains > 0 else { continue }
            // Fields of the same size: the ratio is that of the counts.
            #expect(abs(try #require(species.ratio) - Double(one.grains) / Double(other.grains)) < 1e-9)
        }
        await microscope.stop()
    }
}
