import Foundation
import GRDB

extension SlideStore {
    /// All of them, oldest first.
    package func lensChoices() async throws(StoreError) -> [LensChoice] {
        try await read { try LensChoice.fetchAll($0) }
    }

    /// Puts a lens in force, or takes back what was chosen.
    /// - Parameters:
    ///   - slide: nil for all.
    ///   - restored: the earlier choice that is gone back to, as `earlierLensChoice` gave it.
    @discardableResult
    package func chooseLens(
        _ lens: LensIdentity?, forSlide slide: Slide.ID?, restoring restored: Int64? = nil, by agent: Agent
    ) async throws(StoreError) -> LensChoice {
        try await write { db in
            if let slide { _ = try Slide.fetch(db, id: slide) }
            try db.execute(
                sql: """
                    INSERT INTO lens_choices (at, user_id, process_id, user_name, slide_id, lens_name, lens_sha256, restores)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    Date().utcText, agent.userID, agent.processID, agent.userName, slide, lens?.name, lens?.sha256,
                    restored,
                ])
            let id = db.lastInsertedRowID
            try db.append(
                "lens activated", by: agent, slide: slide,
                detail: ["lens": lens?.name ?? "default", "digest": lens?.sha256 ?? ""])
            return try LensChoice.fetchAll(db, where: "c.id = ?", [id])[0]
        }
    }

    /// What was in force before the choice that is; going back again goes further back. Nil where nothing was.
    /// - Returns: `restoring` for `chooseLens`, and the lens; nil for none.
    package func earlierLensChoice(
        forSlide slide: Slide.ID?
    ) async throws(StoreError) -> (restoring: Int64, lens: LensIdentity?)? {
        try await read { db in
            let choices = try LensChoice.fetchAll(db, where: "c.slide_id IS ?", [slide])
            guard let last = choices.last else { return nil }
            let place = last.restores ?? last.id
            guard place > 0 else { return nil }
            guard let earlier = choices.last(where: { $0.id < place }) else { return (0, nil) }
            return (earlier.restores ?? earlier.id, earlier.lens)
        }
    }

    package func lensRecord() async throws(StoreError) -> LensRecord {
        try await read { db in
            let captures = try Row.fetchAll(
                db,
                sql: """
                    SELECT lens_sha256, COUNT(DISTINCT capture_id) AS captures FROM analyses WHERE error_kind IS NULL
                    GROUP BY lens_sha256
                    """
            ).map { ($0["lens_sha256"] as String, $0["captures"] as Int) }
            let teachings = try StoredTeaching.fetchAll(db, where: "lens_sha256 IS NOT NULL", [])
            return LensRecord(
                choices: try LensChoice.fetchAll(db), captures: Dictionary(uniqueKeysWithValues: captures),
                teachings: Dictionary(teachings.map { ($0.lens!, $0) }) { first, _ in first })
        }
    }

    /// Fields that count and that other lenses counted, the newest slide first; of slides whose pictures are here.
    /// - Parameters:
    ///   - lens: SHA-256 of its manifest.
    ///   - slide: nil for all that have no lens of their own.
    package func counted(
        otherwiseThanBy lens: String, ofSlide slide: Slide.ID?
    ) async throws(StoreError) -> [OtherwiseCounted] {
        try await read { db in
            let own = slide == nil ? try LensChoice.fetchAll(db).ofSlides.keys.sorted() : []
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT s.name, COUNT(*) AS fields, json_group_array(DISTINCT a.lens_name) AS lenses
                    FROM slides AS s JOIN analyses AS a ON a.run_id = s.run_id
                    WHERE a.error_kind IS NULL AND a.lens_sha256 <> ?1 AND (?2 IS NULL OR s.id = ?2)
                        AND s.id NOT IN (SELECT value FROM json_each(?3)) AND s.archived_at IS NULL
                        AND NOT EXISTS (SELECT 1 FROM excluded_captures AS x WHERE x.capture_id = a.capture_id)
                    GROUP BY s.id ORDER BY s.id DESC
                    """, arguments: [lens, slide, try jsonText(own)])
            return try rows.map { row in
                let lenses: [String] = try jsonValue(row["lenses"])
                return OtherwiseCounted(slide: row["name"], fields: row["fields"], lenses: lenses.sorted())
            }
        }
    }
}

extension LensChoice {
    fileprivate static func fetchAll(
        _ db: Database, where condition: String = "TRUE", _ arguments: StatementArguments = []
    ) throws -> [LensChoice] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT c.*, s.name AS slide_name FROM lens_choices AS c LEFT JOIN slides AS s ON s.id = c.slide_id
                WHERE \(condition) ORDER BY c.id
                """, arguments: arguments
        ).map { row in
            let name: String? = row["lens_name"]
            return LensChoice(
                id: row["id"], at: Date(utcText: row["at"]), agent: Agent(row), slide: row["slide_id"],
                slideName: row["slide_name"], lens: name.map { LensIdentity(name: $0, sha256: row["lens_sha256"]) },
                restores: row["restores"])
        }
    }
}
