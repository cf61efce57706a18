import Foundation
import GRDB
import SlideStore
import Testing

/// What is asked of slides with 100,000 grains is answered from indices alone.
@Suite struct QueryPlanTests {
    /// A slide with many grains, statistics gathered, as the planner would meet it.
    private func plans(_ queries: [(sql: String, arguments: StatementArguments)]) async throws -> [[String]] {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let field = (0..<5000).map {
            sampleGrain(["iva", "galanthus", "unidentified", "iva"][$0 % 4], confidence: Double($0) / 5000)
        }
        let slide = try await store.slide(withFields: [field, field])
        #expect(try await store.summary(ofSlide: slide).counts.map(\.grains) == [5000, 2500, 2500])
        var all: [[String]] = []
        for analysed in [false, true] {
            all += try await DatabaseQueue(path: folder.database).write { db in
                if analysed { try db.execute(sql: "ANALYZE") }
                return try queries.map { query in
                    try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN \(query.sql)", arguments: query.arguments)
                        .map { row -> String in row["detail"] }
                }
            }
        }
        return all
    }

    @Test func countsComeFromACoveringIndex() async throws {
        for plan in try await plans([(SlideStore.countsOfRun, [1])]) {
            let searches = plan.filter { $0.hasPrefix("SEARCH") }
            #expect(searches.count >= 4)
            #expect(
                searches.filter { !$0.contains("SEARCH species ") }.allSatisfy {
                    $0.contains("USING COVERING INDEX standings_by_species (run_id=?")
                }, "\(plan)")
            // What is scanned are the few species and the five statuses.
            #expect(!plan.contains { $0.hasPrefix("SCAN s") || $0.hasPrefix("SCAN grains") }, "\(plan)")
            #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
        }
    }

    @Test func theLeastCertainAreReadInOrder() async throws {
        let plans = try await plans([
            (SlideStore.leastCertain, [1, 20]), (SlideStore.leastCertainOfSpecies, [1, "iva", 20]),
        ])
        let indices = ["standings_to_review", "standings_to_review_by_species"]
        for (plan, index) in zip(plans, indices + indices) {
            #expect(plan[0].contains("USING COVERING INDEX \(index) ("), "\(plan)")
            #expect(!plan.contains { $0.hasPrefix("SCAN") || $0.contains("TEMP B-TREE") }, "\(plan)")
        }
    }

    @Test func talliesReadNoGrain() async throws {
        for plan in try await plans([(SlideStore.fieldTallies, [1])]) {
            #expect(
                plan.contains { $0.contains("s USING COVERING INDEX standings_by_capture (run_id=? AND capture_id=?)") }
            )
            #expect(!plan.contains { $0.hasPrefix("SCAN") || $0.contains("grains") }, "\(plan)")
        }
    }
}
