import Acquisition
import ControlAPI
import Foundation
import Imaging
import SlideStore
import Testing

/// What the instrument has shown, and a lamp that somebody turned down.
@Suite struct InstrumentTests {
    @Test func aDimmedLampIsToldWithTheFirstField() async throws {
        let bench = try Bench(fields: 1)
        var microscope = try await bench.open()
        _ = try await microscope.createSlide(SlideCreation(name: "s"), by: Bench.peer)
        #expect(try await microscope.instrumentReport().days.isEmpty)
        try await microscope.captured(slide: "s")
        let first = try await microscope.instrumentReport()
        let today = try #require(first.days.first)
        #expect(first.days.count == 1 && first.drifts.isEmpty && today.captures == 1 && first.nmPerPixel == 180)
        #expect((0.3...1).contains(today.light) && (0...0.5).contains(today.tint))
        await microscope.stop()

        // Eight earlier days of the same camera, as bright, give or take 2 %.
        let store = try SlideStore(at: bench.folder.path + "/slides.sqlite")
        let slide = try await store.slide(named: "s")
        let latest = try #require(try await store.captures(ofSlide: slide.id).last)
        let field = try await store.picture(ofCapture: latest.id, kind: PictureRecord.input)
        for day in 1...8 {
            let input = CaptureInput(
                png: field.png, width: 1280, height: 1024, scale: latest.scale, source: latest.source, origin: "",
                wireFormat: "PNG", bitDepth: 8, sequence: 0, controls: [:],
                frames: .init(sequenceGaps: 0, errorFlagged: 0, discardedBeforeTrigger: 0),
                capturedAt: Date(timeIntervalSinceNow: -Double(day) * 86_400), exposedAtMonotonicNanoseconds: 0)
            let capture = try await store.storeInput(input, slide: slide.id, by: .current)
            _ = try await store.finish(
                capture.id,
                with: CaptureResults(
                    pictures: [], grains: [], lens: LensIdentity(name: "l", sha256: String(repeating: "0", count: 64)),
                    engineVersion: "1", settings: [:], stageSeconds: [:],
                    measures: FieldMeasures(
                        light: today.light * (1 + 0.02 * Double(day % 3 - 1)), tint: today.tint,
                        edgeBlurMicrometres: today.edgeBlurUm)))
        }
        try store.close()

        microscope = try await bench.open()
        let usual = try await microscope.instrumentReport()
        #expect(usual.days.count == 9 && usual.drifts.isEmpty, "\(usual.drifts)")
        // The lamp is turned down by a third: three fields, so that the day's median is theirs.
        let drawn = try PNG.decode([UInt8](Data(contentsOf: bench.picture("000000.png"))), name: "field").eightBitRGB
        try Data(try PNG.encode(drawn.map { UInt8(Double($0) * 0.66) })).write(to: bench.picture("000000.png"))
        _ = try await microscope.createSlide(SlideCreation(name: "t"), by: Bench.peer)
        try await microscope.captured(3, slide: "t")
        let told = try #require(try await microscope.captures(ofSlide: "t").last)
        #expect(told.doubtKeys.contains("instrument-drift"), "\(told.doubts)")
        #expect(told.doubts.contains { $0.hasPrefix("the light has changed") && $0.hasSuffix("on the 8 days before") })
        #expect(try await microscope.instrumentReport().drifts.count == 1)
        await microscope.stop()
    }
}
