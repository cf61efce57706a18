import GRDB
import Grains
import SlideStore
import Testing

/// A field that a person leaves out counts for nothing, and comes back as it was.
@Suite struct ExclusionTests {
    @Test func aFieldLeftOutCountsForNothing() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [
            [sampleGrain("iva"), sampleGrain("iva", x: 200, confidence: 0.5)], [sampleGrain("iva")],
        ])
        try await store.review([2], .accept, by: botanist)
        let before = try await store.all(1)
        let excluded = try await store.exclude(1, reason: " out of focus ", by: botanist)
        #expect(excluded.exclusion?.reason == "out of focus" && excluded.exclusion?.agent == botanist)
        #expect(excluded.state == .done)
        #expect(try await store.counted(slide) == ["iva": 1])
        #expect(try await store.all(1).map(\.standing.status) == [.excluded, .excluded])
        #expect(try await store.grains(ofCapture: 1).isEmpty)
        #expect(try await store.tallies(ofSlide: slide).map(\.capture) == [2])
        #expect(try await store.grainsToReview(ofSlide: slide, limit: 9).map(\.capture) == [2])
        let summary = try await store.summary(ofSlide: slide)
        #expect(summary.countedCaptures == 1 && summary.excluded == 1 && summary.captures == [.done: 2])
        #expect(try await store.rebuildStandings() == 0)

        // Said twice it is written once; who, when and why stay when it counts again.
        try await store.exclude(1, reason: "out of focus", by: visitor)
        try await store.include(1, by: visitor)
        try await store.include(1, by: visitor)
        #expect(try await store.all(1) == before)
        #expect(try await store.capture(1).exclusion == nil)
        #expect(try await store.counted(slide) == ["iva": 3])
        let events = try await store.events(limit: 2)
        #expect(events.map(\.what) == ["capture taken in again", "capture left out"])
        #expect(events[1].detail == ["reason": "out of focus"])
        let rows = try await DatabaseQueue(path: folder.database).read {
            try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM capture_exclusions WHERE at LIKE '20%Z'")
        }
        #expect(rows == 2)
        #expect(await refusal { try await store.exclude(1, reason: " ", by: visitor) }?.code == .invalidValue)
        #expect(await refusal { try await store.exclude(9, reason: "x", by: visitor) }?.code == .noSuchCapture)
    }

    /// Before the lens has looked, and for every run.
    @Test func itHoldsForResultsThatCome() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.createSlide(name: "Meadow", note: "", by: visitor).id
        let id = try await store.storeInput(sampleInput(), slide: slide, by: visitor).id
        try await store.exclude(id, reason: "stage moved", by: visitor)
        try await store.finish(id, with: sampleResults())
        #expect(try await store.counted(slide) == [:])
        let run = try await store.beginRun(
            ofSlide: slide, lens: sampleLens("other"), engineVersion: "1", settings: [:], by: visitor)
        try await store.finish(id, inRun: run.id, with: sampleResults(lens: "other", settings: [:]))
        #expect(try await store.counts(ofRun: run.id).allSatisfy { $0.grains == 0 })
        try await store.include(id, by: visitor)
        #expect(try await store.counts(ofRun: run.id).map(\.grains) == [2, 1])
        #expect(try await store.counted(slide) == ["iva": 2, "galanthus": 1])
    }

    @Test func whatFailedForWantOfALensIsTakenUpAgain() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.createSlide(name: "Meadow", note: "", by: visitor).id
        for kind in ["lens-refused", "scale-unknown", "lens-refused"] {
            let id = try await store.storeInput(sampleInput(), slide: slide, by: visitor).id
            try await store.fail(id, kind: kind, message: "m", hint: "h")
        }
        #expect(try await store.takeUpAgain(failed: ["lens-refused"]).map(\.id) == [1, 3])
        #expect(try await store.pendingCaptures().map(\.id) == [1, 3])
        let again = try await store.capture(1)
        #expect(again.state == .stored && again.failure == nil && again.finishedAt == nil)
        #expect(try await store.finish(1, with: sampleResults()).state == .done)
        #expect(try await store.takeUpAgain(failed: ["lens-refused"]).isEmpty)
    }
}
