import Foundation
import SlideStore
import Testing

@Suite struct JobTests {
    private let start = Date(timeIntervalSince1970: 1_795_376_400)

    @Test func aJobIsDoneWhenEachFieldIsTakenOrOnRecord() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.createSlide(name: "Meadow", note: "", by: visitor).id
        let wish = Job.Wish(
            fields: 3, intervalSeconds: 8, stagePosition: SlidePosition(xMicrometres: 1, yMicrometres: -2))
        let made = try await store.createJob("a", ofSlide: slide, wish, nextAt: start, by: botanist)
        #expect(made.wish == wish && made.state == .open && made.left == 3 && made.agent == botanist)
        let first = try await store.storeInput(
            sampleInput(), slide: slide, for: .job("a", nextAt: start + 8), by: botanist)
        try await store.addGap(toJob: "a", nextAt: start + 16, kind: "camera-failed", message: "dark", hint: "light")
        try store.close()

        let again = try SlideStore(at: folder.database)
        let open = try #require(try await again.openJobs().first)
        #expect(open.left == 1 && open.taken == 1 && open.nextAt == start + 16)
        #expect(open.gaps.map(\.failure.message) == ["dark"])
        let last = try await again.storeInput(
            sampleInput(), slide: slide, for: .job("a", nextAt: start + 24), by: botanist)
        let done = try await again.job("a")
        #expect(done.state == .done && done.nextAt == nil && done.left == 0)
        #expect(try await again.captures(ofJob: "a").map(\.id) == [first.id, last.id])
        #expect(try await again.openJobs().isEmpty)
    }

    @Test func anEndedJobStaysAsItEnded() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.createSlide(name: "Meadow", note: "", by: visitor).id
        _ = try await store.createJob("a", ofSlide: slide, Job.Wish(fields: 5), nextAt: start, by: botanist)
        let stopped = try await store.endJob(
            "a", .stopped, kind: "job-stopped", message: "stopped", hint: "again", by: visitor)
        #expect(stopped.state == .stopped && stopped.failure?.message == "stopped")
        #expect(
            try await store.endJob("a", .failed, kind: "camera-failed", message: "x", hint: "y", by: visitor) == stopped
        )
        // A field that was in hand is kept, and opens nothing.
        _ = try await store.storeInput(sampleInput(), slide: slide, for: .job("a", nextAt: start), by: botanist)
        #expect(try await store.job("a").state == .stopped)
        await #expect { try await store.job("b") } throws: { ($0 as? StoreError)?.code == .noSuchJob }
    }

    /// A field for a job that is unknown is not stored by halves.
    @Test func aFieldAndItsJobAreOneTransaction() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.createSlide(name: "Meadow", note: "", by: visitor).id
        await #expect(throws: StoreError.self) {
            try await store.storeInput(sampleInput(), slide: slide, for: .job("b", nextAt: start), by: botanist)
        }
        #expect(try await store.captures(ofSlide: slide).isEmpty)
    }

    @Test func freshnessIsKept() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.createSlide(name: "Meadow", note: "", by: visitor).id
        var input = sampleInput()
        input.freshness = .arrival
        let id = try await store.storeInput(input, slide: slide, by: visitor).id
        #expect(try await store.capture(id).freshness == .arrival)
    }

    @Test func anAttemptTakenBackDoesNotCount() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.createSlide(name: "Meadow", note: "", by: visitor).id
        let id = try await store.storeInput(sampleInput(), slide: slide, by: visitor).id
        #expect(try await store.beginAnalysis(id) == 1)
        try await store.takeBackAnalysis(id)
        let capture = try await store.capture(id)
        #expect(capture.attempts == 0 && capture.state == .stored)
        #expect(try await store.beginAnalysis(id) == 1)
        try await store.finish(id, with: sampleResults())
        try await store.takeBackAnalysis(id)
        #expect(try await store.capture(id).state == .done)
    }
}
