import Acquisition
import ControlAPI
import Foundation
import Imaging
import SlideStore
import Testing

/// A field that cannot be right is never an empty slide: it is refused with the reason, or its doubt stands with it.
@Suite struct JudgedFieldsTests {
    /// The bench's field, changed.
    private func change(_ bench: Bench, _ body: (Picture<UInt8>) throws -> [UInt8]) throws {
        let file = bench.picture("000000.png")
        guard case .bits8(let picture) = try PNG.decode([UInt8](Data(contentsOf: file)), name: "field") else { return }
        try Data(body(picture)).write(to: file)
    }

    private func capture(_ bench: Bench) async throws -> (CaptureReport, SlideCounts) {
        let microscope = try await bench.open()
        _ = try await microscope.createSlide(.init(name: "a"), by: Bench.peer)
        let job = try await microscope.captured(1, slide: "a")
        let counts = try await microscope.counts(ofSlide: "a", untilPrecision: nil)
        await microscope.stop()
        return (try #require(job.captures.first), counts)
    }

    @Test func twelveBitsInSixteenCountAsTheSameFieldOfEight() async throws {
        let plain = try await capture(Bench())
        let bench = try Bench()
        try change(bench) { picture in try PNG.encode(picture.map { UInt16($0) * 16 }) }
        let shallow = try await capture(bench)
        #expect(plain.1.total > 0 && plain.1.doubts.isEmpty && shallow.1.doubts.isEmpty)
        // 4080 of 4095 is 255 of 255 within half a percent: a grain at a threshold may differ.
        #expect(abs(shallow.1.total - plain.1.total) <= 1)
    }

    @Test func aFieldWithoutLightIsRefusedAndKept() async throws {
        let bench = try Bench()
        try change(bench) { picture in try PNG.encode(picture.map { $0 / 16 }) }
        let microscope = try await bench.open()
        _ = try await microscope.createSlide(.init(name: "a"), by: Bench.peer)
        let job = try await microscope.captured(1, slide: "a")
        #expect(job.captures.first?.problem?.detail.contains("too dark") == true)
        // Not that the lens failed: it was not asked.
        #expect(job.captures.first?.problem?.isKind(.fieldRefused) == true && job.captures.first?.state == .refused)
        let kept = try await microscope.captures(ofSlide: "a")
        #expect(kept.count == 1 && kept.first?.state == .refused && kept.first?.problem?.title == "Field refused")
        // No field was counted: there is no count, not a count of zero.
        await #expect {
            try await microscope.counts(ofSlide: "a", untilPrecision: nil)
        } throws: {
            ($0 as? Problem)?.isKind(.notCounted) == true && "\($0)".contains("too dark")
        }
        await microscope.stop()
    }

    /// As versions before this one stored them.
    @Test func aRefusalOfAnEarlierVersionStaysAsItWasStored() async throws {
        let bench = try Bench()
        do {
            let store = try SlideStore(at: bench.folder.path + "/slides.sqlite")
            let slide = try await store.createSlide(name: "a", note: "", by: .current)
            let capture = try await store.storeInput(
                CaptureInput(
                    png: try [UInt8](Data(contentsOf: bench.picture("000000.png"))), width: 1280, height: 1024,
                    scale: FieldScale(nmPerPixel: 180, origin: "test"), source: "test", origin: "", wireFormat: "PNG",
                    bitDepth: 8, sequence: 0, controls: [:],
                    frames: .init(sequenceGaps: 0, errorFlagged: 0, discardedBeforeTrigger: 0), capturedAt: Date(),
                    exposedAtMonotonicNanoseconds: 0),
                slide: slide.id, by: .current)
            try await store.fail(capture.id, kind: "lens-failed", message: "it is too dark", hint: "more light")
            try store.close()
        }
        let microscope = try await bench.open()
        let report = try #require(try await microscope.captures(ofSlide: "a").first)
        #expect(report.problem?.isKind(.lensFailed) == true && report.problem?.detail.contains("too dark") == true)
        #expect(report.state == .failed)
        await microscope.stop()
    }

    @Test func doubtsOfTheFieldStandWithTheLiveCounts() async throws {
        let bench = try Bench()
        try change(bench) { picture in try PNG.encode(picture.map { UInt8(Double($0) * 0.3) }) }
        let microscope = try await bench.open()
        _ = try await microscope.setLiveOptions(LiveOptions(lens: .map, region: .field), by: Bench.peer)
        let view = try #require(LivePicture.View(rawValue: "map"))
        _ = try #require(try await microscope.livePicture(LivePicture.Request(view: view, width: 64), by: Bench.peer))
        #expect(try await microscope.liveState().doubts.contains { $0.contains("it is dark") })
        await microscope.stop()
    }

    @Test func doubtsStandWithTheCaptureAndTheCounts() async throws {
        let bench = try Bench()
        try change(bench) { picture in
            try PNG.encode(picture.map { UInt8(Double($0) * 0.3) }, nmPerPixel: 83)
        }
        let (report, counts) = try await capture(bench)
        #expect(report.problem == nil)
        for clue in ["it is dark", "states 83 nm a pixel, and 180 nm were used"] {
            #expect(counts.doubts.contains { $0.contains(clue) })
        }
        // The stored picture carries the scale that was used.
        let stored = try await bench.open()
        let input = try await stored.image(ofCapture: report.id, kind: .input)
        #expect(try PictureFile.read(input, name: "input").nmPerPixel == 180)
        await stored.stop()
    }
}
