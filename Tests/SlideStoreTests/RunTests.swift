import Foundation
import Grains
import SlideStore
import Testing

/// Results of several lenses beside each other.
@Suite struct RunTests {
    private func begin(_ store: SlideStore, _ slide: Slide.ID, _ settings: [String: Setting] = [:]) async throws -> Run
    {
        try await store.beginRun(
            ofSlide: slide, lens: sampleLens("other"), engineVersion: "2.0", settings: settings, by: botanist)
    }

    private func results(_ grains: [Grain], settings: [String: Setting] = [:]) -> CaptureResults {
        sampleResults(grains, pictureBytes: 20, lens: "other", settings: settings)
    }

    @Test func aReanalysisLiesBesideAndCountsFollowTheSwitch() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [[sampleGrain("iva")], [sampleGrain("iva")]])
        let settings: [String: Setting] = ["doubtful_below": 0.95, "border_rule": "two-edges"]
        let run = try await begin(store, slide, settings)
        #expect(run.number == 2 && !run.isInForce && run.missing == 2 && run.doubtfulBelow == 0.95)
        #expect(run.settings == settings && run.agent == botanist && run.lens == sampleLens("other"))
        for capture in try await store.capturesMissing(inRun: run.id) {
            try await store.finish(
                capture, inRun: run.id,
                with: results([sampleGrain("galanthus"), sampleGrain("galanthus", x: 200)], settings: settings))
        }
        #expect(try await store.counted(slide) == ["iva": 2])
        #expect(try await store.counts(ofRun: run.id).map(\.byStatus) == [[.doubtful: 4]])
        #expect(try await store.picture(ofCapture: 1, kind: "map").png == noise(10, seed: 7))
        #expect(try await store.picture(ofCapture: 1, kind: "map", run: run.id).png == noise(20, seed: 7))
        #expect(try await store.grains(ofCapture: 1, run: run.id).count == 2)

        let switched = try await store.setRunInForce(run.id, by: botanist)
        #expect(switched.isInForce && switched.missing == 0 && !switched.isMixed)
        #expect(try await store.counted(slide) == ["galanthus": 4])
        #expect(try await store.counts(ofCapture: 2).map(\.grains) == [2])
        #expect(
            try await store.countsByCapture(ofSlide: slide).mapValues { $0.map(\.species) } == [
                1: ["galanthus"], 2: ["galanthus"],
            ])
        #expect(try await store.capture(1).lens == sampleLens("other"))
        #expect(try await store.picture(ofCapture: 1, kind: "map").png == noise(20, seed: 7))
        #expect(try await store.pictures(ofCapture: 1).map(\.kind) == ["input", "map", "magnified", "labelled"])
        #expect(try await store.events(limit: 1).map(\.what) == ["run in force set"])

        // A new capture joins the run in force, whatever its lens.
        try await store.addField([sampleGrain("iva")], to: slide)
        #expect(try await store.counted(slide) == ["galanthus": 4, "iva": 1])
        #expect(try await store.run(run.id).isMixed)
        let first = try #require(try await store.runs(ofSlide: slide).first)
        #expect(first.missing == 1 && first.done == 2)
        try await store.setRunInForce(first.id, by: botanist)
        #expect(try await store.counted(slide) == ["iva": 2])
        #expect(try await store.summary(ofSlide: slide).captures == [.done: 2, .stored: 1])
        #expect(try await store.pendingCaptures().isEmpty)
        #expect(try await store.capture(3).state == .stored)
        #expect(try await store.capture(3).lens == nil)
        #expect(try await store.rebuildStandings() == 0)
    }

    @Test func aStoppedReanalysisGoesOnWhereItWas() async throws {
        let folder = try Folder()
        var store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [[], [], [sampleGrain("iva")]])
        let run = try await begin(store, slide)
        try await store.finish(2, inRun: run.id, with: results([sampleGrain("iva")]))
        try await store.fail(3, inRun: run.id, kind: "lens-failed", message: "no", hint: "none")
        try store.close()

        store = try SlideStore(at: folder.database)
        #expect(try await store.capturesMissing(inRun: run.id) == [1])
        #expect(try await store.capturesMissing(inRun: run.id, retryingFailed: true) == [1, 3])
        let state = try await store.run(run.id)
        #expect(state.done == 1 && state.failed == 1 && state.missing == 1)
        #expect(try await store.analysis(ofCapture: 3, inRun: run.id)?.failure?.kind == "lens-failed")
        #expect(try await store.analysis(ofCapture: 1, inRun: run.id) == nil)
        try await store.finish(3, inRun: run.id, with: results([sampleGrain("iva")]))
        #expect(try await store.analysis(ofCapture: 3, inRun: run.id)?.failure == nil)
        try await store.fail(1, inRun: run.id, kind: "lens-failed", message: "no", hint: "none")
        try await store.setRunInForce(run.id, by: botanist)
        #expect(try await store.capture(1).failure?.kind == "lens-failed")
        #expect(try await store.summary(ofSlide: slide).captures == [.done: 2, .failed: 1])
        #expect(try await store.counted(slide) == ["iva": 2])
    }

    @Test func aCaptureThatFailedMaySucceedInALaterRun() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [])
        let capture = try await store.storeInput(sampleInput(), slide: slide, by: visitor).id
        try await store.fail(capture, kind: "lens-refused", message: "no lens", hint: "set one")
        #expect(try await store.runInForce(ofSlide: slide) == nil)
        let run = try await begin(store, slide)
        #expect(try await store.capturesMissing(inRun: run.id) == [capture])
        try await store.finish(capture, inRun: run.id, with: results([sampleGrain("iva")]))
        #expect(try await store.capture(capture).state == .failed)
        try await store.setRunInForce(run.id, by: botanist)
        #expect(try await store.capture(capture).state == .done)
        #expect(try await store.capture(capture).failure == nil)
        #expect(try await store.counted(slide) == ["iva": 1])
    }

    @Test func whatDoesNotBelongIsRefused() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [[sampleGrain("iva")]])
        let other = try await store.slide(withFields: [[sampleGrain("iva")]], name: "Roof")
        let pending = try await store.storeInput(sampleInput(), slide: slide, by: visitor).id
        let run = try await begin(store, slide, ["doubtful_below": 0.5])
        #expect(try await store.capturesMissing(inRun: run.id) == [1])
        let wrongLens = sampleResults([], pictureBytes: 1, settings: ["doubtful_below": 0.5])
        #expect(await refusal { try await store.finish(1, inRun: run.id, with: wrongLens) }?.code == .runMismatch)
        #expect(await refusal { try await store.finish(1, inRun: run.id, with: results([])) }?.code == .runMismatch)
        let right = results([sampleGrain("iva")], settings: ["doubtful_below": 0.5])
        #expect(await refusal { try await store.finish(2, inRun: run.id, with: right) }?.code == .runMismatch)
        #expect(await refusal { try await store.finish(pending, inRun: run.id, with: right) }?.code == .runMismatch)
        try await store.finish(1, inRun: run.id, with: right)
        #expect(await refusal { try await store.finish(1, inRun: run.id, with: right) }?.code == .alreadyFinished)
        #expect(await refusal { try await store.setRunInForce(99, by: visitor) }?.code == .noSuchRun)
        #expect(await refusal { try await store.counts(ofRun: 99) }?.code == .noSuchRun)
        #expect(await refusal { try await store.runs(ofSlide: 99) }?.code == .noSuchSlide)
        #expect(await refusal { try await begin(store, slide, ["doubtful_below": 1.5]) }?.code == .refused)
        #expect(await refusal { try await begin(store, slide, ["doubtful_below": .number(.nan)]) }?.code == .refused)
        #expect(try await store.counted(other) == ["iva": 1])
        #expect(try await store.grains(ofCapture: 1, run: run.id).count == 1)
    }
}
