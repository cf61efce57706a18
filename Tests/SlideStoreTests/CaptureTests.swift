import Foundation
import Grains
import SlideStore
import Testing

/// From the field to its counts.
@Suite struct CaptureTests {
    @Test func everythingStoredComesBack() async throws {
        let folder = try Folder()
        var store = try SlideStore(at: folder.database)
        let slide = try await store.createSlide(name: "Meadow 7", note: "south wall", by: visitor)
        let input = sampleInput()
        let id = try await store.storeInput(input, slide: slide.id, by: visitor).id
        #expect(try await store.beginAnalysis(id) == 1)
        let results = sampleResults()
        try await store.finish(id, with: results)
        try store.close()

        store = try SlideStore(at: folder.database)
        let capture = try await store.capture(id)
        #expect(capture.state == .done)
        #expect(capture.slide == slide)
        #expect(capture.capturedAt == input.capturedAt)
        #expect(capture.exposedAtMonotonicNanoseconds == 987_654_321_012_345)
        #expect(capture.finishedAt != nil)
        #expect(capture.source == input.source && capture.origin == input.origin && capture.wireFormat == "BA81")
        #expect(capture.bitDepth == 8 && capture.sequence == .max && capture.attempts == 1)
        #expect(capture.controls == input.controls && capture.frames == input.frames)
        #expect(capture.scale == FieldScale(nmPerPixel: 180, origin: "test"))
        #expect(capture.lens == results.lens && capture.engineVersion == "1.0" && capture.failure == nil)
        #expect(capture.settings == results.settings && capture.stageSeconds == results.stageSeconds)

        let grains = try await store.grains(ofCapture: id)
        #expect(grains.map(\.grain) == results.grains)
        #expect(grains.map(\.number) == [1, 2, 3])
        let pictures = try await store.pictures(ofCapture: id)
        #expect(pictures.map(\.kind) == ["input", "map", "magnified", "labelled"])
        #expect(pictures.map(\.isSynthesised) == [false, true, true, true])
        #expect(pictures.map(\.nmPerPixel) == [180, 83, 83, 83])
        #expect(try await store.picture(ofCapture: id, kind: "input").png == input.png)
        let (magnified, png) = try await store.picture(ofCapture: id, kind: "magnified")
        #expect(png == results.pictures[1].png && magnified.byteCount == png.count && magnified.width == 2776)
    }

    @Test func anUnknownScaleStaysUnknown() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.createSlide(name: "a", note: "", by: visitor)
        let capture = try await store.storeInput(sampleInput(scale: nil), slide: slide.id, by: visitor)
        #expect(capture.scale == nil)
        #expect(try await store.pictures(ofCapture: capture.id).map(\.nmPerPixel) == [nil])
        let failed = try await store.fail(
            capture.id, kind: "scale-unknown", message: "the scale is unknown", hint: "give --nm-per-pixel")
        #expect(failed.state == .failed)
        #expect(failed.failure?.message == "the scale is unknown" && failed.failure?.hint == "give --nm-per-pixel")
        #expect(try await store.picture(ofCapture: capture.id, kind: "input").png == sampleInput().png)
    }

    @Test func onlyCapturesThatAreDoneCount() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let first = try await store.createSlide(name: "first", note: "", by: visitor)
        let second = try await store.createSlide(name: "second", note: "", by: visitor)
        var ids: [Int64] = []
        for slide in [first, first, first, second] {
            ids.append(try await store.storeInput(sampleInput(), slide: slide.id, by: visitor).id)
        }
        try await store.finish(ids[0], with: sampleResults())
        try await store.finish(ids[1], with: sampleResults([sampleGrain("galanthus"), sampleGrain("unidentified")]))
        try await store.fail(ids[3], kind: "k", message: "no", hint: "none")

        let summary = try await store.summary(ofSlide: first.id)
        #expect(summary.counts.map(\.species) == ["galanthus", "iva", "unidentified"])
        #expect(summary.counts.map(\.grains) == [2, 2, 1])
        #expect(summary.counts.map(\.onBorder) == [0, 1, 0])
        #expect(summary.captures == [.done: 2, .stored: 1])
        #expect(summary.countedCaptures == 2 && summary.totalGrains == 5)
        let all = try await store.slides()
        #expect(all.map(\.slide.name) == ["first", "second"])
        #expect(all[0] == summary)
        #expect(all[1].captures == [.failed: 1] && all[1].counts.isEmpty)
        #expect(try await store.counts(ofCapture: ids[1]).map(\.grains) == [1, 1])
        #expect(try await store.countsByCapture(ofSlide: first.id)[ids[0]]?.map(\.grains) == [2, 1])
        #expect(try await store.captures(ofSlide: first.id).map(\.id) == Array(ids[0..<3]))
    }

    @Test func aCaptureEndsOnce() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.createSlide(name: "a", note: "", by: visitor)
        let id = try await store.storeInput(sampleInput(), slide: slide.id, by: visitor).id
        try await store.finish(id, with: sampleResults())
        for attempt in 0..<3 {
            let error = await #expect(throws: StoreError.self) {
                switch attempt {
                case 0: try await store.finish(id, with: sampleResults())
                case 1: try await store.fail(id, kind: "late", message: "late", hint: "")
                default: try await store.beginAnalysis(id)
                }
            }
            #expect(error?.code == .alreadyFinished)
        }
        #expect(try await store.grains(ofCapture: id).count == 3)
    }

    @Test func unknownThingsAreNamed() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.createSlide(name: "a", note: "", by: visitor)
        let id = try await store.storeInput(sampleInput(), slide: slide.id, by: visitor).id
        func code(_ body: () async throws -> Void) async -> StoreError.Code? {
            await #expect(throws: StoreError.self) { try await body() }?.code
        }
        #expect(await code { _ = try await store.slide(named: "b") } == .noSuchSlide)
        #expect(await code { _ = try await store.slide(named: "\u{7}") } == .noSuchSlide)
        #expect(await code { _ = try await store.summary(ofSlide: 99) } == .noSuchSlide)
        #expect(await code { _ = try await store.storeInput(sampleInput(), slide: 99, by: visitor) } == .noSuchSlide)
        #expect(await code { _ = try await store.capture(99) } == .noSuchCapture)
        #expect(await code { _ = try await store.grains(ofCapture: 99) } == .noSuchCapture)
        #expect(await code { try await store.finish(99, with: sampleResults()) } == .noSuchCapture)
        #expect(await code { _ = try await store.picture(ofCapture: 99, kind: "input") } == .noSuchCapture)
        let missing = await #expect(throws: StoreError.self) { try await store.picture(ofCapture: id, kind: "map") }
        #expect(missing?.code == .noSuchPicture && missing?.hint.contains("input") == true)
    }

    @Test func resultsThatBreakARuleLeaveNothing() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.createSlide(name: "a", note: "", by: visitor)
        let id = try await store.storeInput(sampleInput(), slide: slide.id, by: visitor).id
        try await store.beginAnalysis(id)
        var broken = sampleGrain("iva")
        broken.areaSquareMicrometres = .nan
        let error = await #expect(throws: StoreError.self) {
            try await store.finish(id, with: sampleResults([sampleGrain("iva"), broken]))
        }
        #expect(error?.code == .refused)
        #expect(try await store.capture(id).state == .analysing)
        #expect(try await store.grains(ofCapture: id).isEmpty)
        #expect(try await store.pictures(ofCapture: id).map(\.kind) == ["input"])
    }

    @Test func aCancelledCallerDoesNotStopAWrite() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.createSlide(name: "a", note: "", by: visitor)
        let id = try await store.storeInput(sampleInput(), slide: slide.id, by: visitor).id
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await store.finish(id, with: sampleResults()).state
        }
        #expect(try await task.value == .done)
    }

    @Test func theJournalSaysWhoDidWhat() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.createSlide(name: "Meadow", note: "", by: visitor)
        let id = try await store.storeInput(sampleInput(), slide: slide.id, by: visitor).id
        try await store.finish(id, with: sampleResults())
        try await store.log("camera control set", by: visitor, detail: ["gain": "3"])
        let events = try await store.events()
        #expect(events.map(\.what) == ["camera control set", "capture done", "capture stored", "slide created"])
        #expect(events.map(\.agent) == [visitor, .current, visitor, visitor])
        #expect(events.map(\.capture) == [nil, id, id, nil])
        #expect(
            events[0].detail == ["gain": "3"] && events[3].detail == ["name": "Meadow"] && events[3].slide == slide.id)
        #expect(abs(events[0].at.timeIntervalSinceNow) < 60)
        #expect(try await store.events(limit: 1).count == 1)
    }
}
