package import ControlAPI
internal import Grains
internal import SlideStore

/// What happened, for clients that follow.
extension Microscope {
    package nonisolated var greeting: EventGreeting { EventGreeting(run: journal.run, version: Self.version) }

    package nonisolated func followEvents(after id: String?) -> (cursor: EventBatch.Cursor, hasGap: Bool) {
        journal.start(after: id)
    }

    /// A client that follows events watches the live view too.
    package func events(after cursor: EventBatch.Cursor, timeout: Duration) async -> EventBatch {
        await live.watch()
        return await journal.next(after: cursor, timeout: timeout)
    }

    package nonisolated func logLines(limit: Int) -> [LogLine] { journal.lines(limit: limit) }

    /// A slide made or changed.
    func told(_ name: String) async throws(Problem) -> ControlAPI.SlideSummary {
        let summary = try await book.slide(name)
        journal.publish(.slide, summary)
        return summary
    }

    /// The slide's counts are others. What cannot be read is not told: the reader of the store will hear why.
    func tellCounts(ofSlide name: String) async {
        guard let slide = try? await store.slide(named: name), let summary = try? await store.summary(ofSlide: slide.id)
        else { return }
        let (species, unidentified) = book.wire(summary.counts)
        journal.publish(
            .counts,
            SlideTally(
                slide: slide.name,
                species: species.map { GrainCount(key: $0.key, species: $0.species, grains: $0.grains) },
                unidentified: unidentified))
    }

    func tellReview(of grains: [Int64], capture: Int64) async {
        guard let slide = try? await store.capture(capture).slide else { return }
        journal.publish(.review, ReviewNotice(slide: slide.name, capture: capture, grains: grains))
        await tellCounts(ofSlide: slide.name)
        await plans.look(atPlansOf: slide.name)
    }
}
