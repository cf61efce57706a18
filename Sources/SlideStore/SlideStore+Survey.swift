import Foundation
import GRDB
import Quantities
import Synchronization

/// What the survey of slides keeps.
extension SlideStore {
    /// Slides whose run in force has fields that are not surveyed or not judged, the longest waiting first.
    package func slidesToSurvey() async throws(StoreError) -> [Slide.ID] {
        try await read { db in
            try Int64.fetchAll(
                db,
                sql: """
                    SELECT s.id FROM slides AS s JOIN analyses AS a ON a.run_id = s.run_id
                    JOIN captures AS c ON c.id = a.capture_id
                    WHERE s.pictures IN ('here', 'archiving') AND \(Self.mayBeSurveyed) AND NOT EXISTS (
                        SELECT 1 FROM judged_fields AS j WHERE j.run_id = a.run_id AND j.capture_id = a.capture_id)
                    GROUP BY s.id ORDER BY MIN(c.id)
                    """)
        }
    }

    /// Analysis `a` of capture `c` has results, and the scale of the field is known and possible.
    private static let mayBeSurveyed = """
        a.error_kind IS NULL
            AND c.nm_per_pixel BETWEEN \(Quantity.scale.range.lowerBound) AND \(Quantity.scale.range.upperBound)
        """

    /// The first capture of a slide that is analysed in the run in force and not surveyed; nil where there is none.
    /// - Parameter given: captures that are not surveyed for another reason.
    package func nextToSurvey(
        ofSlide slide: Slide.ID, except given: Set<Capture.ID> = []
    ) async throws(StoreError) -> Capture? {
        try await read { db in
            let ids = try Int64.fetchAll(
                db,
                sql: """
                    SELECT c.id FROM analyses AS a JOIN captures AS c ON c.id = a.capture_id
                    WHERE a.run_id = ? AND \(Self.mayBeSurveyed)
                        AND NOT EXISTS (SELECT 1 FROM surveyed_fields AS f WHERE f.capture_id = c.id)
                    ORDER BY c.id LIMIT ?
                    """, arguments: [try Slide.runInForce(db, slide: slide), given.count + 1])
            return try ids.first { !given.contains($0) }.map { try Capture.fetch(db, id: $0) }
        }
    }

    /// Surveyed captures that are analysed in a run and not judged in it, the oldest first.
    package func capturesToJudge(inRun run: Run.ID, limit: Int) async throws(StoreError) -> [Capture.ID] {
        try await read { db in
            try Int64.fetchAll(
                db,
                sql: """
                    SELECT a.capture_id FROM analyses AS a
                    JOIN surveyed_fields AS f ON f.capture_id = a.capture_id
                    WHERE a.run_id = ? AND a.error_kind IS NULL AND NOT EXISTS (
                        SELECT 1 FROM judged_fields AS j WHERE j.run_id = a.run_id AND j.capture_id = a.capture_id)
                    ORDER BY a.capture_id LIMIT ?
                    """, arguments: [run, limit])
        }
    }

    /// What was kept of a slide's survey.
    package func survey(ofSlide slide: Slide.ID) async throws(StoreError) -> StoredSurvey {
        try await read { db in
            let fields = try Row.fetchAll(
                db,
                sql: """
                    SELECT f.*, p.x_um, p.y_um, p.origin, p.group_number, p.confidence, p.reason, p.repeats,
                        c.nm_per_pixel, c.stage_x_um, c.stage_y_um
                    FROM surveyed_fields AS f JOIN placements AS p ON p.capture_id = f.capture_id
                    JOIN captures AS c ON c.id = f.capture_id
                    WHERE f.slide_id = ? ORDER BY f.number
                    """, arguments: [slide])
            return StoredSurvey(
                fields: try fields.map { try SurveyedField($0) },
                pairs: try Row.fetchAll(
                    db,
                    sql: """
                        SELECT p.* FROM surveyed_fields AS f JOIN field_pairs AS p ON p.first_id = f.capture_id
                        WHERE f.slide_id = ? ORDER BY p.first_id, p.second_id
                        """, arguments: [slide]
                ).map { FieldPair($0) },
                patterns: try Data.fetchAll(
                    db, sql: "SELECT samples FROM sensor_patterns WHERE slide_id = ? ORDER BY number",
                    arguments: [slide]
                ).map { Array($0) })
        }
    }

    /// The preview of a surveyed field. Blocks the calling thread, which is none of the cooperative pool's.
    package func waitForPreview(ofCapture capture: Capture.ID) throws(StoreError) -> [UInt8] {
        try waitToRead { [slideFiles] db in
            if let samples = try Data.fetchOne(
                db, sql: "SELECT samples FROM field_previews WHERE capture_id = ?", arguments: [capture])
            {
                return Array(samples)
            }
            let slide = try Capture.fetch(db, id: capture).slide
            let identity = try SlideFile.Identity(db, slide: slide.id, store: slideFiles.store)
            try PicturePlace.of(db, slide: slide.id).requireHere(slide.name)
            guard let samples = try slideFiles.with(identity, { try $0.preview(capture) }) else {
                throw StoreError(.damaged, "capture \(capture) has no preview", hint: "check the disk")
            }
            return samples
        }
    }

    /// A picture as ``picture(ofCapture:kind:run:)`` gives it. Blocks the calling thread, as ``waitForPreview(ofCapture:)``
    /// does.
    package func waitForPicture(ofCapture capture: Capture.ID, kind: String) throws(StoreError) -> [UInt8] {
        try waitToRead { [slideFiles] in try $0.picture(ofCapture: capture, kind: kind, in: slideFiles).png }
    }

    /// Grains and verdicts of some captures in a run, by capture. Blocks the calling thread, as
    /// ``waitForPreview(ofCapture:)`` does.
    package func waitForGrains(
        ofCaptures captures: [Capture.ID], inRun run: Run.ID
    ) throws(StoreError) -> [Capture.ID: [(grain: StoredGrain, verdict: SlideVerdict.Kind?)]] {
        try waitToRead { db in
            let list = try jsonText(captures)
            let grains = try StoredGrain.fetchAll(
                db, where: "s.run_id = ? AND s.capture_id IN (SELECT value FROM json_each(?))", [run, list],
                orderedBy: "s.grain_id")
            let verdicts = try Row.fetchAll(
                db, sql: "SELECT * FROM slide_verdicts WHERE grain_id IN (SELECT value FROM json_each(?))",
                arguments: [try jsonText(grains.map(\.id))])
            let kinds = Dictionary(
                uniqueKeysWithValues: verdicts.map { row -> (Int64, SlideVerdict.Kind) in
                    (row["grain_id"], (row["double_of"] as Int64?).map { .doubleOf($0) } ?? .dirt)
                })
            return Dictionary(grouping: grains.map { ($0, kinds[$0.id]) }, by: \.0.capture)
        }
    }

    /// Keeps what the survey of a field brought, all or nothing.
    package func keep(_ step: SurveyStep, ofSlide slide: Slide.ID) async throws(StoreError) {
        try await write { [slideFiles] db in
            for (number, samples) in step.patterns {
                try db.execute(
                    sql: "INSERT INTO sensor_patterns (slide_id, number, samples) VALUES (?, ?, ?)",
                    arguments: [slide, number, Data(samples)])
            }
            for field in step.fields { try db.keep(field, slide: slide) }
            for capture in step.redone {
                try db.execute(
                    sql: "DELETE FROM field_pairs WHERE first_id = ?1 OR second_id = ?1", arguments: [capture])
            }
            for pair in step.pairs {
                try db.execute(
                    sql: "INSERT OR REPLACE INTO field_pairs VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    arguments: [
                        pair.first, pair.second, pair.xPixels, pair.yPixels, pair.deviationPixels, pair.correlation,
                        pair.confidence, pair.isKept,
                    ])
            }
            try db.judgeAgain(step.moved)
            try db.keep([], previews: step.previews, ofSlide: try Slide.fetch(db, id: slide), in: slideFiles)
        }
    }

    /// How much people have said about grains and fields: more with everything they say.
    package func waitForWords() throws(StoreError) -> Int64 { try waitToRead { try $0.words() } }

    /// Keeps what the slide as a whole says about some fields of a run, all or nothing. What a person accepted is no dirt,
    /// and a double nevertheless; what a person rejected stays so.
    /// - Parameter words: as ``waitForWords()`` gave them before the grains were read.
    /// - Returns: false where people have said more since, and nothing was kept.
    @discardableResult
    package func keep(
        _ judgement: SlideJudgement, ofRun run: Run.ID, unlessMoreThan words: Int64 = .max
    ) async throws(StoreError) -> Bool {
        try await write { db in
            guard try db.words() <= words else { return false }
            let owner = try Run.fetch(db, id: run)
            try db.setVerdicts(judgement.verdicts, about: judgement.about, run: run)
            for capture in judgement.judged {
                try db.execute(
                    sql: "INSERT OR IGNORE INTO judged_fields (run_id, capture_id) VALUES (?, ?)",
                    arguments: [run, capture])
            }
            guard owner.isInForce else { return true }
            for (capture, sentence) in judgement.turned {
                try db.execute(
                    sql: "DELETE FROM capture_doubts WHERE capture_id = ? AND run_id IS NULL AND key = ?",
                    arguments: [capture, FieldDoubt.Key.turned.rawValue])
                if let sentence { try db.insert([FieldDoubt(.turned, sentence)], capture: capture, run: nil) }
            }
            return true
        }
    }

    /// As ``read(_:)``, for a thread that may wait.
    func waitToRead<Value: Sendable>(_ query: @escaping @Sendable (Database) throws -> Value) throws(StoreError)
        -> Value
    {
        try checkFile()
        let answer = Mutex<Result<Value, any Error>?>(nil), isDone = DispatchSemaphore(value: 0)
        pool.asyncRead { database in
            let result = Result { try query(try database.get()) }
            answer.withLock { $0 = result }
            isDone.signal()
        }
        isDone.wait()
        do { return try answer.withLock { $0! }.get() } catch { throw StoreError(error, doing: "read", path: path) }
    }
}

extension Database {
    fileprivate func keep(_ field: SurveyedField, slide: Int64) throws {
        if let objects = field.objects {
            try execute(
                sql: """
                    INSERT OR REPLACE INTO surveyed_fields (capture_id, slide_id, number, width, height, pattern, is_empty,
                        is_ambiguous, is_contradicted, may_turn, objects)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    field.capture, slide, field.number, field.width, field.height, field.pattern, field.isEmpty,
                    field.isAmbiguous, field.isContradicted, try jsonText(field.mayTurn), Data(objects),
                ])
        } else {
            try execute(
                sql: """
                    UPDATE surveyed_fields SET pattern = ?, is_empty = ?, is_ambiguous = ?, is_contradicted = ?, may_turn = ?
                    WHERE capture_id = ?
                    """,
                arguments: [
                    field.pattern, field.isEmpty, field.isAmbiguous, field.isContradicted, try jsonText(field.mayTurn),
                    field.capture,
                ])
        }
        try set(field.placement)
    }

    fileprivate func words() throws -> Int64 {
        try Int64.fetchOne(
            self,
            sql: """
                SELECT COALESCE((SELECT MAX(id) FROM reviews), 0) + COALESCE((SELECT MAX(id) FROM capture_exclusions), 0)
                """) ?? 0
    }

    /// In all runs, what the slide says about these captures is to be found anew.
    func judgeAgain(_ captures: [Int64]) throws {
        try execute(
            sql: "DELETE FROM judged_fields WHERE capture_id IN (SELECT value FROM json_each(?))",
            arguments: [try jsonText(captures)])
    }
}

extension SurveyedField {
    fileprivate init(_ row: Row) throws {
        let objects: Data = row["objects"]
        self.init(
            number: row["number"], width: row["width"], height: row["height"], nmPerPixel: row["nm_per_pixel"],
            stagePosition: SlidePosition(stage: row), pattern: row["pattern"], isEmpty: row["is_empty"],
            isAmbiguous: row["is_ambiguous"], isContradicted: row["is_contradicted"],
            mayTurn: try jsonValue(row["may_turn"]), objects: Array(objects),
            placement: try Placement(row, capture: row["capture_id"]))
    }
}

extension FieldPair {
    fileprivate init(_ row: Row) {
        self.init(
            first: row["first_id"], second: row["second_id"], xPixels: row["x_px"], yPixels: row["y_px"],
            deviationPixels: row["deviation_px"], correlation: row["correlation"], confidence: row["confidence"],
            isKept: row["is_kept"])
    }
}
