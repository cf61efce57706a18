import Export
import Foundation
import Testing

/// GeoJSON as `geojson` and `shapely` read it, and with the members that QuPath's `QuPathTypeAdapters` reads.
@Suite struct GeoJSONTests {
    struct Collection: Decodable {
        struct Feature: Decodable {
            struct Properties: Decodable {
                struct Classification: Decodable {
                    let name: String
                    let color: [Int]
                }

                let objectType, name: String
                let classification: Classification
                let measurements: [String: Double]
                let metadata: [String: String]
            }

            let type, reason: String
            let isValid, runsRight: Bool
            let area: Double
            let bounds: [Double]
            let parts: Int
            let properties: Properties
        }

        let type, errors: String
        let isValid: Bool
        let features: [Feature]
    }

    private func collection(
        _ report: SlideReport, capture: Int64, as kind: SlideReport.OutlineKind = .detection
    ) throws -> Collection {
        try ForeignReader.read(try report.geoJSON(ofCapture: capture, as: kind), as: "geojson", Collection.self).value
    }

    @Test func outlinesLieWhereQuPathLooks() throws {
        let collection = try collection(Samples.report, capture: 7)
        #expect(collection.type == "FeatureCollection" && collection.isValid, "\(collection.errors)")
        #expect(collection.features.map(\.type) == ["Polygon", "Polygon", "Point"])
        #expect(collection.features.allSatisfy { $0.isValid && $0.runsRight })
        let first = collection.features[0]
        // From the left edge of pixel 90 to the right edge of pixel 109; the area is the stated one.
        #expect(first.bounds == [90, 40, 110, 60] && first.area == first.properties.measurements["Area px^2"])
        #expect(collection.features[1].bounds == [0, 8, 10, 18] && collection.features[1].area == 100)
        // Without an outline: the centre of its pixel.
        #expect(collection.features[2].bounds == [70.5, 70.5, 70.5, 70.5])
    }

    @Test func propertiesAreThoseOfQuPath() throws {
        let features = try collection(Samples.report, capture: 7).features
        let first = features[0].properties
        #expect(first.objectType == "detection" && first.name == "Iva xanthiifolia 1")
        #expect(first.classification.name == "Iva xanthiifolia" && first.classification.color == [255, 0, 0])
        #expect(first.measurements["Area µm^2"] == 12.96 && first.measurements["Confidence"] == 0.9375)
        #expect(first.metadata["status"] == "machine" && first.metadata["slide"] == Samples.evil)
        #expect(features[1].properties.measurements["Area µm^2"] == nil)
        #expect(features[2].properties.classification.name == "Ignore*")
        #expect(features[2].properties.metadata["rejection"] == "small")
        let other = try collection(Samples.report, capture: 8, as: .annotation).features
        #expect(other[0].properties.objectType == "annotation")
        #expect(other[0].properties.metadata["reviewer"] == "-Anna, \"A.\"")
        #expect(other[0].properties.measurements["Confidence"] == nil)
        #expect(other[1].properties.metadata["double_of"] == "1")
    }

    /// Pixels that touch at a corner, doubled corners and spikes, crossing strands, as outlines on a grid have them.
    @Test func linesThatMeetThemselvesBecomeValid() throws {
        let outlines: [(line: [SIMD2<Double>], area: Double, parts: Int)] = [
            ([[0, 0], [2, 0], [2, 2], [4, 2], [4, 4], [2, 4], [2, 2], [0, 2]], 8, 2),
            ([[0, 0], [4, 0], [4, 4], [5, 5], [3, 5], [4, 4], [0, 4]], 17, 2),
            ([[0, 0], [4, 0], [4, 0], [4, 4], [4, 7], [4, 4], [0, 4], [0, 0]], 16, 1),
            // Two rectangles of 3 x 4, the strands between them crossing, first without and then with a common stretch.
            (
                [
                    [0, 0], [3, 0], [3, 1], [5, 3], [5, 4], [8, 4], [8, 0], [5, 0], [5, 1], [3, 3], [3, 4], [0, 4],
                ], 26, 2
            ),
            (
                [
                    [0, 0], [3, 0], [3, 2], [5, 1], [5, 0], [8, 0], [8, 4], [5, 4], [5, 2], [3, 1], [3, 4], [0, 4],
                ], 24.5, 2
            ),
            // Twice round the same square.
            ([[0, 0], [3, 0], [3, 3], [0, 3], [0, 0], [3, 0], [3, 3], [0, 3]], 9, 1),
        ]
        var report = Samples.report
        let model = report.grains[0]
        report.grains = outlines.flatMap { [$0.line, $0.line.reversed()] }.map { line in
            var grain = model
            grain.outlinePixels = line
            return grain
        }
        for (index, found) in try collection(report, capture: 7).features.enumerated() {
            let (line, area, parts) = outlines[index / 2]
            #expect(found.isValid && found.runsRight, "\(line): \(found.reason)")
            #expect(abs(found.area - area) < 1e-9 && found.parts == parts, "\(line): \(found.area), \(found.parts)")
        }
    }

    /// Random closed walks on a grid cross and retrace themselves everywhere.
    @Test func anyLineGivesAValidShape() throws {
        var report = Samples.report
        let model = report.grains[0]
        var state: UInt64 = 5
        func next(_ bound: UInt64) -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double((state >> 33) % bound)
        }
        report.grains = (0..<300).map { index in
            var grain = model
            // A star around a centre, its corners moved off their places, simplified as outlines are.
            let corners = 5 + index % 30
            grain.outlinePixels = (0..<corners).map { corner in
                let angle = 2 * Double.pi * Double(corner) / Double(corners)
                let radius = 20 + next(8)
                return [
                    (radius * cos(angle) + next(6)).rounded() + 0.5, (radius * sin(angle) + next(6)).rounded() + 0.5,
                ]
            }
            return grain
        }
        let features = try collection(report, capture: 7).features
        #expect(features.count == 300)
        for feature in features { #expect(feature.isValid && feature.runsRight, "\(feature.reason)") }
        #expect(features.contains { $0.parts > 1 } && features.allSatisfy { $0.area > 400 })
    }

    @Test func aGrainThatIsNowhereIsRefused() throws {
        var report = Samples.report
        report.grains[3].centroidPixels = [.nan, 0]
        #expect { try report.geoJSON(ofCapture: 9) } throws: { ($0 as? ExportError)?.code == .nothingToExport }
        #expect { try report.geoJSON(ofCapture: 99) } throws: { ($0 as? ExportError)?.code == .nothingToExport }
        var none = Samples.report
        none.grains = []
        #expect(try collection(none, capture: 9).features.isEmpty)
    }
}
