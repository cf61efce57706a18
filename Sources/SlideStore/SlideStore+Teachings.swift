import Foundation
import GRDB

extension SlideStore {
    /// Finished fields of slides that are not left out, by slide in the order given, then by capture; of one moment.
    /// - Parameter only: the one field that is wanted; all where nil.
    package func finishedFields(
        ofSlides slides: [Slide.ID], only: Capture.ID? = nil
    ) async throws(StoreError) -> [FinishedField] {
        try await read { db in
            try slides.flatMap { slide in
                let name = try Slide.fetch(db, id: slide).name
                guard let run = try Slide.runInForce(db, slide: slide) else { return [FinishedField]() }
                let rows = try Row.fetchAll(
                    db,
                    sql: """
                        SELECT a.capture_id, c.nm_per_pixel, c.scale_origin, p.width, p.height
                        FROM analyses AS a JOIN captures AS c ON c.id = a.capture_id
                        JOIN finished_fields AS f ON f.capture_id = a.capture_id
                        JOIN pictures AS p ON p.capture_id = a.capture_id AND p.kind = 'input'
                        WHERE a.run_id = ?1 AND (?2 IS NULL OR a.capture_id = ?2) AND a.error_kind IS NULL AND NOT EXISTS (
                            SELECT 1 FROM excluded_captures AS x WHERE x.capture_id = a.capture_id)
                        ORDER BY a.capture_id
                        """, arguments: [run, only])
                return try rows.map { row in
                    let capture: Int64 = row["capture_id"]
                    let scale: Double? = row["nm_per_pixel"]
                    return FinishedField(
                        capture: capture, slide: name,
                        scale: scale.flatMap { FieldScale(nmPerPixel: $0, origin: row["scale_origin"]) },
                        width: row["width"], height: row["height"],
                        grains: try StoredGrain.fetchAll(
                            db, where: "s.run_id = ? AND s.capture_id = ?", [run, capture], orderedBy: "g.number"))
                }
            }
        }
    }

    // MARK: Teachings

    /// - Throws: `duplicateName`.
    package func beginTeaching(
        _ name: String, plan: String, steps: Int?, by agent: Agent
    ) async throws(StoreError) -> StoredTeaching {
        try await write { db in
            guard
                try Int64.fetchOne(db, sql: "SELECT id FROM teachings WHERE name = ?", arguments: [name]) == nil
            else {
                throw StoreError(
                    .duplicateName, "a lens \(name) was taught already",
                    hint: "name it otherwise, or delete that teaching: neurallens lens teachings")
            }
            try db.execute(
                sql: """
                    INSERT INTO teachings (name, at, user_id, process_id, user_name, plan, state, steps)
                    VALUES (?, ?, ?, ?, ?, ?, 'preparing', ?)
                    """,
                arguments: [
                    name, Date().utcText, agent.userID, agent.processID, agent.userName, plan, steps,
                ])
            let id = db.lastInsertedRowID
            try db.append("teaching begun", by: agent, detail: ["teaching": "\(id)", "lens": name])
            return try StoredTeaching.fetch(db, id: id)
        }
    }

    /// Oldest first.
    package func teachings() async throws(StoreError) -> [StoredTeaching] {
        try await read { try StoredTeaching.fetchAll($0, where: "TRUE", []) }
    }

    package func teaching(_ id: StoredTeaching.ID) async throws(StoreError) -> StoredTeaching {
        try await read { try StoredTeaching.fetch($0, id: id) }
    }

    /// - Parameters:
    ///   - problem, result: as JSON.
    ///   - agent: who asked for it; nil where it follows from the work itself and the journal need not say so.
    package func setTeaching(
        _ id: StoredTeaching.ID, _ state: StoredTeaching.State, done: Int, steps: Int?, problem: String? = nil,
        lens: String? = nil, result: String? = nil, by agent: Agent? = nil
    ) async throws(StoreError) {
        try await write { db in
            _ = try StoredTeaching.fetch(db, id: id)
            try db.execute(
                sql: """
                    UPDATE teachings SET state = ?, steps_done = ?, steps = ?, problem = ?, lens_sha256 = ?, result = ?
                    WHERE id = ?
                    """, arguments: [state.rawValue, done, steps, problem, lens, result, id])
            if let agent { try db.append("teaching \(state.rawValue)", by: agent, detail: ["teaching": "\(id)"]) }
        }
    }

    package func deleteTeaching(_ id: StoredTeaching.ID, by agent: Agent) async throws(StoreError) {
        try await write { db in
            let teaching = try StoredTeaching.fetch(db, id: id)
            try db.execute(sql: "DELETE FROM teachings WHERE id = ?", arguments: [id])
            try db.append("teaching deleted", by: agent, detail: ["teaching": "\(id)", "lens": teaching.name])
        }
    }
}

extension StoredTeaching {
    fileprivate static func fetch(_ db: Database, id: Int64) throws -> StoredTeaching {
        guard let teaching = try fetchAll(db, where: "id = ?", [id]).first else {
            throw StoreError(
                .noSuchTeaching, "there is no teaching \(id)", hint: "neurallens lens teachings lists them")
        }
        return teaching
    }

    static func fetchAll(
        _ db: Database, where condition: String, _ arguments: StatementArguments
    ) throws -> [StoredTeaching] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM teachings WHERE \(condition) ORDER BY id", arguments: arguments
        ).map { row in
            StoredTeaching(
                id: row["id"], name: row["name"], begunAt: Date(utcText: row["at"]), agent: Agent(row),
                plan: row["plan"], state: try known(row["state"]), done: row["steps_done"], steps: row["steps"],
                problem: row["problem"], lens: row["lens_sha256"], result: row["result"])
        }
    }
}
