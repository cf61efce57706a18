import Foundation
import GRDB

extension SlideStore {
    /// Adds doubts about a capture's field; a doubt of the same key is replaced.
    /// - Parameter run: the run whose lens found it doubtful; nil for what holds whatever lens looks at the field.
    package func recordDoubts(
        _ doubts: [FieldDoubt], ofCapture capture: Capture.ID, run: Run.ID? = nil
    ) async throws(StoreError) {
        try await write { db in
            _ = try Capture.fetch(db, id: capture)
            try db.insert(doubts, capture: capture, run: run)
        }
    }
}

extension Database {
    func insert(_ doubts: [FieldDoubt], capture: Int64, run: Int64?) throws {
        for doubt in doubts {
            try execute(
                sql: """
                    INSERT INTO capture_doubts (capture_id, run_id, key, sentence) VALUES (?, ?, ?, ?)
                    ON CONFLICT (capture_id, COALESCE(run_id, 0), key) DO UPDATE SET sentence = excluded.sentence
                    """, arguments: [capture, run, doubt.key.rawValue, doubt.sentence])
        }
    }
}
