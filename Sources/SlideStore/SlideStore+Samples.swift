import Foundation
import GRDB
import Quantities

extension SlideStore {
    /// Says what a slide bears, instead of what was said before. Volume and area of the slide follow.
    /// - Throws: `sampleOverlaps` where another slide is of the same hours of the trap.
    @discardableResult
    package func setSample(
        _ new: NewSample, ofSlide slide: Slide.ID, by agent: Agent
    ) async throws(StoreError) -> StoredSample {
        try await write { db in
            let owner = try Slide.fetch(db, id: slide)
            if let other = try Row.fetchOne(
                db,
                sql: """
                    SELECT l.name, s.begins_at, s.ends_at FROM samples AS s JOIN slides AS l ON l.id = s.slide_id
                    WHERE s.trap_key = ? AND s.slide_id <> ? AND s.begins_at < ? AND s.ends_at > ?
                    ORDER BY s.begins_at
                    """, arguments: [new.trapKey, slide, new.ends.utcText, new.begins.utcText])
            {
                let (name, begins, ends): (String, String, String) =
                    (other["name"], other["begins_at"], other["ends_at"])
                throw StoreError(
                    .sampleOverlaps,
                    "the slide \"\(name)\" is of the same trap from \(begins.prefix(16)) to \(ends.prefix(16)) UTC, and one "
                        + "piece of tape lies under one slide",
                    hint: "correct the times of one of them, or name the traps of the station apart")
            }
            let old = try StoredSample.fetch(db, slide: slide)
            try db.execute(
                sql: """
                    INSERT INTO samples (slide_id, at, user_id, process_id, user_name, trap_key, begins_at, ends_at,
                        sample, plan)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (slide_id) DO UPDATE SET at = excluded.at, user_id = excluded.user_id,
                        process_id = excluded.process_id, user_name = excluded.user_name,
                        trap_key = excluded.trap_key, begins_at = excluded.begins_at, ends_at = excluded.ends_at,
                        sample = excluded.sample, plan = excluded.plan
                    """,
                arguments: [
                    slide, Date().utcText, agent.userID, agent.processID, agent.userName, new.trapKey,
                    new.begins.utcText, new.ends.utcText, new.sample, new.plan,
                ])
            try db.execute(
                sql: "UPDATE slides SET sampled_volume_m3 = ?, deposit_area_mm2 = ? WHERE id = ?",
                arguments: [new.sampledVolumeCubicMetres, new.depositAreaSquareMillimetres, slide])
            var detail = [
                "sample": new.sample, "plan": new.plan ?? "", "earlier_sample": old?.sample ?? "",
                "earlier_plan": old?.plan ?? "",
            ]
            if old == nil {
                detail["earlier_sampled_volume_m3"] = journalText(owner.sampledVolumeCubicMetres)
                detail["earlier_deposit_area_mm2"] = journalText(owner.depositAreaSquareMillimetres)
            }
            try db.append("sample set", by: agent, slide: slide, detail: detail.filter { !$0.value.isEmpty })
            guard let stored = try StoredSample.fetch(db, slide: slide) else {
                throw StoreError(.refused, "the sample was not kept", hint: "report it")
            }
            return stored
        }
    }

    /// Takes back what was said of a slide's sample, and with it volume and area.
    /// - Returns: whether there was any.
    @discardableResult
    package func clearSample(ofSlide slide: Slide.ID, by agent: Agent) async throws(StoreError) -> Bool {
        try await write { db in
            _ = try Slide.fetch(db, id: slide)
            guard let old = try StoredSample.fetch(db, slide: slide) else { return false }
            try db.execute(sql: "DELETE FROM samples WHERE slide_id = ?", arguments: [slide])
            try db.execute(
                sql: "UPDATE slides SET sampled_volume_m3 = NULL, deposit_area_mm2 = NULL WHERE id = ?",
                arguments: [slide])
            try db.append(
                "sample cleared", by: agent, slide: slide,
                detail: ["earlier_sample": old.sample, "earlier_plan": old.plan ?? ""].filter { !$0.value.isEmpty })
            return true
        }
    }

    /// Nil where nothing was said.
    package func sample(ofSlide slide: Slide.ID) async throws(StoreError) -> StoredSample? {
        try await read { try StoredSample.fetch($0, slide: slide) }
    }

    /// Of all slides, by the hours that they bear.
    package func samples() async throws(StoreError) -> [(slide: String, sample: StoredSample)] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT l.name, s.* FROM samples AS s JOIN slides AS l ON l.id = s.slide_id
                    ORDER BY s.begins_at, s.slide_id
                    """
            ).map { ($0["name"], StoredSample($0)) }
        }
    }

    /// All captures of a slide, oldest first.
    package func plannedCaptures(ofSlide slide: Slide.ID) async throws(StoreError) -> [PlannedCapture] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT c.id, t.along_mm, t.across_mm, x.id IS NOT NULL AS is_excluded, \(Capture.stateInForce) AS state
                    FROM \(Capture.joined) WHERE c.slide_id = ? ORDER BY c.id
                    """, arguments: [slide]
            ).map { row in
                let along: Double? = row["along_mm"]
                let isExcluded: Bool = row["is_excluded"]
                return PlannedCapture(
                    id: row["id"],
                    place: along.map { TapePlace(alongMillimetres: $0, acrossMillimetres: row["across_mm"]) },
                    isKept: !isExcluded && row["state"] != CaptureState.failed.rawValue)
            }
        }
    }

    /// Sides of the slide's last capture whose scale is known, in µm; nil where there is none.
    package func fieldSize(ofSlide slide: Slide.ID) async throws(StoreError) -> SIMD2<Double>? {
        try await read { db in
            guard
                let row = try Row.fetchOne(
                    db,
                    sql: """
                        SELECT p.width, p.height, c.nm_per_pixel FROM captures AS c
                        JOIN pictures AS p ON p.capture_id = c.id AND p.kind = 'input'
                        WHERE c.slide_id = ? AND c.nm_per_pixel IS NOT NULL ORDER BY c.id DESC
                        """, arguments: [slide]),
                let nmPerPixel = Quantity.scale.possible(row["nm_per_pixel"])
            else { return nil }
            let (width, height): (Double, Double) = (row["width"], row["height"])
            return SIMD2(width, height) * nmPerPixel / 1000
        }
    }
}

extension StoredSample {
    static func fetch(_ db: Database, slide: Int64) throws -> StoredSample? {
        try Row.fetchOne(db, sql: "SELECT * FROM samples WHERE slide_id = ?", arguments: [slide]).map(StoredSample.init)
    }

    fileprivate init(_ row: Row) {
        self.init(at: Date(utcText: row["at"]), agent: Agent(row), sample: row["sample"], plan: row["plan"])
    }
}
