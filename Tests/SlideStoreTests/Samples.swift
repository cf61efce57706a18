import Foundation
import Grains
import SlideStore
import Testing

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

func sampleGrain(
    _ species: String, x: Double = 100.25, confidence: Double = 0.93, onBorder: Bool = false,
    rejection: Grain.Rejection? = nil
) -> Grain {
    Grain(
        species: species, centroidPixels: Grain.Point(x: x, y: 50.5),
        boundingBoxPixels: Grain.Box(x0: x - 10, y0: 40, x1: x + 10, y1: 61), areaSquareMicrometres: 314.16,
        areaPixels: 9696.3, equivalentDiameterMicrometres: 20, confidence: confidence, isOnBorder: onBorder,
        outlinePixels: [Grain.Point(x: x - 10, y: 50), Grain.Point(x: x, y: 40.25), Grain.Point(x: x + 10, y: 50)],
        ellipse: Grain.Ellipse(majorMicrometres: 21, minorMicrometres: 19.5, angleDegrees: -12.5), circularity: 0.9,
        focus: 0.75, rejection: rejection)
}

func sampleResults(
    _ grains: [Grain] = [sampleGrain("iva"), sampleGrain("iva", x: 300, onBorder: true), sampleGrain("galanthus")],
    pictureBytes: Int = 3000, lens: String = "iva-galanthus", settings: [String: Setting] = ["threshold": 0.5]
) -> CaptureResults {
    CaptureResults(
        pictures: ["map", "magnified", "labelled"].enumerated().map { index, kind in
            PictureRecord(
                kind: kind, png: noise(pictureBytes, seed: UInt64(index + 7)), width: 2776, height: 2221,
                nmPerPixel: 83,
                isSynthesised: true)
        },
        grains: grains, lens: sampleLens(lens),
        engineVersion: "1.0", settings: settings, stageSeconds: ["lens": 1.25, "grains": 0.125])
}

func sampleLens(_ name: String) -> LensIdentity {
    LensIdentity(name: name, sha256: String(repeating: name == "iva-galanthus" ? "ab" : "cd", count: 32))
}

let visitor = Agent(userID: 1000, processID: 4711)
let botanist = Agent(userID: 1001, processID: 4712, userName: "carla")

extension SlideStore {
    /// A slide with a capture for each list of grains.
    func slide(
        withFields fields: [[Grain]], settings: [String: Setting] = [:], name: String = "Meadow"
    ) async throws -> Slide.ID {
        let slide = try await createSlide(name: name, note: "", by: visitor).id
        for grains in fields { try await addField(grains, to: slide, settings: settings) }
        return slide
    }

    @discardableResult
    func addField(
        _ grains: [Grain], to slide: Slide.ID, settings: [String: Setting] = [:]
    ) async throws -> Capture.ID {
        let capture = try await storeInput(sampleInput(png: [1]), slide: slide, by: visitor).id
        try await finish(capture, with: sampleResults(grains, pictureBytes: 10, settings: settings))
        return capture
    }

    /// All grains of a capture in the run in force, those that do not count too.
    func all(_ capture: Capture.ID) async throws -> [StoredGrain] {
        try await grains(ofCapture: capture, onlyCounted: false)
    }

    /// Counted grains of a slide by species.
    func counted(_ slide: Slide.ID) async throws -> [String: Int] {
        let counts = try await summary(ofSlide: slide).counts.filter { $0.grains > 0 }
        return Dictionary(uniqueKeysWithValues: counts.map { ($0.species, $0.grains) })
    }
}

/// The store's refusal.
func refusal<Value>(_ body: () async throws -> Value) async -> StoreError? {
    await #expect(throws: StoreError.self) { _ = try await body() }
}

extension SlideStore {
    /// As the survey of a slide keeps where fields lie.
    func setPlacements(_ placements: [Placement], ofSlide slide: Slide.ID) async throws(StoreError) {
        var step = SurveyStep()
        step.fields = placements.map { placement in
            SurveyedField(
                number: Int(placement.capture), width: 1280, height: 1024, nmPerPixel: 180, stagePosition: nil,
                pattern: nil,
                isEmpty: false, isAmbiguous: false, isContradicted: false, mayTurn: [], objects: [],
                placement: placement)
        }
        try await keep(step, ofSlide: slide)
    }

    /// As the survey of a slide keeps what all grains of a run are.
    func setSlideVerdicts(_ verdicts: [SlideVerdict], ofRun run: Run.ID) async throws(StoreError) {
        var judgement = SlideJudgement()
        judgement.about = try await grains(ofRun: run).map(\.id)
        judgement.verdicts = verdicts
        try await keep(judgement, ofRun: run)
    }
}
