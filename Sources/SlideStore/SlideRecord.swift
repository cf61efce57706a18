import GRDB

/// All that counts of a slide rest on, of one moment.
package struct SlideRecord: Sendable {
    package let summary: SlideSummary
    /// The run in force; nil before the first capture is done.
    package let run: Run?
    /// Oldest first.
    package let captures: [Capture]
    /// Of the run in force.
    package let tallies: [FieldTally]
    /// Decisions of other runs that do not hold in it.
    package let left: [LeftReview]
    /// Of the run in force, by id; empty where they were not asked for.
    package let grains: [StoredGrain]
}

extension SlideStore {
    /// One transaction: figures that stand beside each other are of one moment.
    /// - Parameter withGrains: with every grain of the run.
    package func record(ofSlide name: String, withGrains: Bool = false) async throws(StoreError) -> SlideRecord {
        try await read { db in
            let row = try Slide.fetchRow(db, named: name)
            let summary = try SlideSummary(db, row)
            let run = try summary.run.map { try Run.fetch(db, id: $0) }
            return SlideRecord(
                summary: summary, run: run,
                captures: try Capture.fetchAll(db, where: "c.slide_id = ?", [summary.slide.id], orderedBy: "c.id"),
                tallies: try db.tallies(ofRun: run?.id), left: try run.map { try db.leftReviews(ofRun: $0.id) } ?? [],
                grains: withGrains
                    ? try StoredGrain.fetchAll(db, where: "s.run_id = ?", [run?.id], orderedBy: "s.grain_id") : [])
        }
    }
}
