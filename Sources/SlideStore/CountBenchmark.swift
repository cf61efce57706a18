package import Foundation
import Grains

/// Measures what is asked of a slide with many grains.
package struct CountBenchmark: Sendable {
    package let grains: Int
    /// Counts by species and status of the slide.
    package let countsSeconds: [Double]
    /// The twenty least certain grains, with their outlines.
    package let reviewNextSeconds: [Double]
    /// Adding one review.
    package let reviewSeconds: [Double]

    /// Fills a new database, which is removed at the end, and asks it.
    /// - Parameters:
    ///   - folder: on the disk to be measured.
    ///   - fields: captures of 1000 grains each.
    ///   - repeats: how often each question is asked.
    package static func run(in folder: URL, fields: Int = 100, repeats: Int = 15) async throws -> CountBenchmark {
        let place = folder.appendingPathComponent("count-benchmark-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        let path = place.appendingPathComponent("slides.sqlite").path
        var store = try SlideStore(at: path)
        let slide = try await store.createSlide(name: "benchmark", note: "", by: .current).id
        for field in 0..<fields {
            let capture = try await store.storeInput(input, slide: slide, by: .current).id
            try await store.finish(
                capture,
                with: CaptureResults(
                    pictures: [], grains: (0..<1000).map { grain($0 + 1000 * field) },
                    lens: LensIdentity(name: "benchmark", sha256: String(repeating: "0", count: 64)),
                    engineVersion: "", settings: [:], stageSeconds: [:]))
        }
        // As after a start of the daemon.
        try store.close()
        store = try SlideStore(at: path)
        let clock = ContinuousClock()
        var (counts, next, reviews): ([Double], [Double], [Double]) = ([], [], [])
        for _ in 0..<repeats {
            let start = clock.now
            _ = try await store.summary(ofSlide: slide)
            let counted = clock.now
            let offered = try await store.grainsToReview(ofSlide: slide, limit: 20)
            let asked = clock.now
            try await store.review([offered[0].id], .accept, by: .current)
            counts.append((counted - start).seconds)
            next.append((asked - counted).seconds)
            reviews.append((clock.now - asked).seconds)
        }
        try store.close()
        return CountBenchmark(
            grains: fields * 1000, countsSeconds: counts, reviewNextSeconds: next, reviewSeconds: reviews)
    }

    private static var input: CaptureInput {
        CaptureInput(
            png: [0], width: 1280, height: 1024, scale: FieldScale(nmPerPixel: 180, origin: "benchmark"),
            source: "benchmark", origin: "", wireFormat: "PNG", bitDepth: 8, sequence: 0, controls: [:],
            frames: .init(sequenceGaps: 0, errorFlagged: 0, discardedBeforeTrigger: 0), capturedAt: Date(),
            exposedAtMonotonicNanoseconds: 0)
    }

    /// A grain with an outline of 24 corners; species and confidence vary.
    static func grain(_ index: Int) -> Grain {
        let (x, y) = (20 + Double(index % 40) * 30, 20 + Double(index / 40 % 25) * 38)
        return Grain(
            species: ["iva", "galanthus", "unidentified"][index % 3], centroidPixels: Grain.Point(x: x, y: y),
            boundingBoxPixels: Grain.Box(x0: x - 10, y0: y - 10, x1: x + 10, y1: y + 10), areaSquareMicrometres: 10,
            areaPixels: 314, equivalentDiameterMicrometres: 3.6,
            confidence: 0.4 + 0.6 * Double(index &* 7919 % 10_007) / 10_007, isOnBorder: false,
            outlinePixels: (0..<24).map {
                let angle = Double($0) * .pi / 12
                return Grain.Point(x: x + 10 * cos(angle), y: y + 10 * sin(angle))
            },
            ellipse: Grain.Ellipse(majorMicrometres: 3.6, minorMicrometres: 3.6, angleDegrees: 0), circularity: 1,
            focus: 0.5, rejection: index % 17 == 0 ? .small : nil)
    }
}
