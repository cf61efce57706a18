import Foundation
import Grains
import SlideStore

/// A folder of its own for each test, removed at the end.
final class Folder {
    let url: URL
    var database: String { url.appendingPathComponent("slides.sqlite").path }

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("neurallens-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }
}

/// Bytes that no compression makes smaller.
func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 56)
    }
}

func sampleInput(png: [UInt8] = noise(5000), scale: FieldScale? = FieldScale(nmPerPixel: 180, origin: "test"))
    -> CaptureInput
{
    CaptureInput(
        png: png, width: 1280, height: 1024, scale: scale, source: "v4l2:/dev/video0 (uvcvideo, USB camera)",
        origin: "field-0007.png", wireFormat: "BA81", bitDepth: 8, sequence: .max,
        controls: ["exposure_time_absolute": 330, "gain": -2],
        frames: CaptureInput.FrameCounts(sequenceGaps: 1, errorFlagged: 2, discardedBeforeTrigger: 3),
        capturedAt: Date(timeIntervalSince1970: 1_795_376_400.125), exposedAtMonotonicNanoseconds: 987_654_321_012_345)
}

func sampleGrain(_ species: String, x: Double = 100.25, onBorder: Bool = false) -> Grain {
    Grain(
        species: species, centroidPixels: Grain.Point(x: x, y: 50.5),
        boundingBoxPixels: Grain.Box(x0: x - 10, y0: 40, x1: x + 10, y1: 61), areaSquareMicrometres: 314.16,
        areaPixels: 9696.3, equivalentDiameterMicrometres: 20, confidence: 0.93, isOnBorder: onBorder,
        outlinePixels: [Grain.Point(x: x - 10, y: 50), Grain.Point(x: x, y: 40.25), Grain.Point(x: x + 10, y: 50)])
}

func sampleResults(
    _ grains: [Grain] = [sampleGrain("iva"), sampleGrain("iva", x: 300, onBorder: true), sampleGrain("galanthus")],
    pictureBytes: Int = 3000
) -> CaptureResults {
    CaptureResults(
        pictures: ["map", "magnified", "labelled"].enumerated().map { index, kind in
            PictureRecord(
                kind: kind, png: noise(pictureBytes, seed: UInt64(index + 7)), width: 2776, height: 2221,
                nmPerPixel: 83,
                isSynthesised: true)
        },
        grains: grains, lens: LensIdentity(name: "iva-galanthus", sha256: String(repeating: "ab", count: 32)),
        engineVersion: "1.0", settings: ["threshold": 0.5], stageSeconds: ["lens": 1.25, "grains": 0.125])
}

let visitor = Agent(userID: 1000, processID: 4711)
