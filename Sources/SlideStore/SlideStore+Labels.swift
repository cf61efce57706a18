import Foundation
package import Grains
import GRDB
import Synchronization

extension SlideStore {
    /// Draws a grain where the lens found none, in the run in force.
    /// - Parameters:
    ///   - outline: closed polygon in pixels of the input, inside the field, whose sides do not cross.
    ///   - revision: of the field as the person saw it; nil where that does not matter.
    /// - Throws: `invalidReview`, also for what lies on a grain that counts already; `fieldChanged`; `noSuchCapture`.
    @discardableResult
    package func draw(
        _ outline: [Grain.Point], species: String, inField capture: Capture.ID, note: String = "",
        expecting revision: Int? = nil, by agent: Agent
    ) async throws(StoreError) -> Review {
        try await write { db in
            let review = try db.drawNew(
                outline, species: species, inField: capture, note: note, expecting: revision, by: agent)
            return try Review.fetchAll(db, where: "r.id = ?", [review])[0]
        }
    }

    /// Says that a field is labelled to its end, or, with `finished` false, that it is not. What is so already is not
    /// written again.
    /// - Parameter revision: of the field as the person saw it; nil where that does not matter.
    /// - Throws: `fieldChanged`; `invalidReview` where no lens has looked at the field; `noSuchCapture`.
    package func setFinished(
        _ capture: Capture.ID, _ finished: Bool, expecting revision: Int? = nil, by agent: Agent
    ) async throws(StoreError) {
        try await write { db in
            let slide = try Capture.fetch(db, id: capture).slide.id
            guard let run = try Slide.runInForce(db, slide: slide),
                try db.analysis(ofCapture: capture, run: run) != nil
            else {
                throw StoreError(
                    .invalidReview, "no lens has looked at capture \(capture): it has nothing that could be finished",
                    hint: "finish it when it is analysed")
            }
            if let revision { try db.requireRevision(revision, ofField: capture, run: run) }
            guard try (db.finish(ofField: capture) != nil) != finished else { return }
            try db.execute(
                sql: """
                    INSERT INTO field_finishes (capture_id, at, user_id, process_id, user_name, finished)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [capture, Date().utcText, agent.userID, agent.processID, agent.userName, finished])
            try db.append(
                finished ? "field finished" : "field opened again", by: agent, slide: slide, capture: capture,
                detail: [:])
        }
    }

    /// How often people said something of a field in the run in force, and who finished it.
    package func labelling(
        ofField capture: Capture.ID
    ) async throws(StoreError) -> (revision: Int, finish: FieldFinish?) {
        try await read { db in
            let run = try Slide.runInForce(db, slide: Capture.fetch(db, id: capture).slide.id)
            return (try db.revision(ofField: capture, run: run), try db.finish(ofField: capture))
        }
    }

    /// The analysed fields of a slide in the order of capture.
    package func labels(ofSlide slide: Slide.ID) async throws(StoreError) -> [FieldLabels] {
        try await read { db in
            let rows = try Row.fetchAll(
                db, sql: Self.fieldLabels, arguments: [try Slide.runInForce(db, slide: slide)])
            return try rows.map { row in
                FieldLabels(
                    capture: row["capture_id"], capturedAt: Date(utcText: row["captured_at"]),
                    isExcluded: row["is_excluded"],
                    finish: (row["finished_at"] as String?).map {
                        FieldFinish(
                            at: Date(utcText: $0),
                            agent: Agent(
                                userID: row["finished_user"], processID: row["finished_process"],
                                userName: row["finished_user_name"]))
                    },
                    grains: try jsonValue(row["grains"]), confirmed: row["confirmed"], unreviewed: row["unreviewed"],
                    expectedErrors: row["expected_errors"])
            }
        }
    }

    private static let fieldLabels = """
        SELECT a.capture_id, c.captured_at,
            EXISTS (SELECT 1 FROM excluded_captures AS x WHERE x.capture_id = a.capture_id) AS is_excluded,
            f.at AS finished_at, f.user_id AS finished_user, f.process_id AS finished_process,
            f.user_name AS finished_user_name,
            (SELECT json_group_object(name, n) FROM (
                SELECT p.name, COUNT(*) AS n FROM standings AS s JOIN species AS p ON p.id = s.species_id
                WHERE s.run_id = a.run_id AND s.capture_id = a.capture_id AND \(isCounted) GROUP BY p.id)) AS grains,
            (SELECT COUNT(*) FROM standings AS s
                WHERE s.run_id = a.run_id AND s.capture_id = a.capture_id AND s.status = 'confirmed') AS confirmed,
            (SELECT COUNT(*) FROM standings AS s WHERE s.run_id = a.run_id AND s.capture_id = a.capture_id
                AND s.status IN ('machine', 'doubtful')) AS unreviewed,
            (SELECT TOTAL(1 - s.confidence) FROM standings AS s WHERE s.run_id = a.run_id
                AND s.capture_id = a.capture_id AND s.status IN ('machine', 'doubtful')) AS expected_errors
        FROM analyses AS a JOIN captures AS c ON c.id = a.capture_id
        LEFT JOIN finished_fields AS f ON f.capture_id = a.capture_id
        WHERE a.run_id = ? AND a.error_kind IS NULL ORDER BY a.capture_id
        """

    // MARK: Species

    /// Species that people added, the oldest first.
    package var addedSpecies: [AddedSpecies] { speciesAdded.withLock { $0 } }

    /// - Throws: `invalidSpecies` where key or name are taken.
    package func add(_ species: AddedSpecies, by agent: Agent) async throws(StoreError) {
        let all = try await write { db in
            let other = try Row.fetchOne(
                db, sql: "SELECT key, name FROM added_species WHERE key = ? OR name = ? COLLATE NOCASE",
                arguments: [species.key, species.name])
            if let other {
                let (key, name): (String, String) = (other["key"], other["name"])
                throw StoreError(
                    .invalidSpecies, "there is a species \(name) (\(key)) already", hint: "label with that one")
            }
            try db.execute(
                sql: """
                    INSERT INTO added_species (key, name, colour, at, user_id, process_id, user_name)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    species.key, species.name, species.colour, Date().utcText, agent.userID, agent.processID,
                    agent.userName,
                ])
            try db.append("species added", by: agent, detail: ["key": species.key, "name": species.name])
            return try AddedSpecies.fetchAll(db)
        }
        speciesAdded.withLock { if $0.count < all.count { $0 = all } }
    }
}

extension AddedSpecies {
    static func fetchAll(_ db: Database) throws -> [AddedSpecies] {
        try Row.fetchAll(db, sql: "SELECT key, name, colour FROM added_species ORDER BY rowid").map {
            AddedSpecies(key: $0["key"], name: $0["name"], colour: $0["colour"])
        }
    }
}

// MARK: Fields

extension Database {
    /// What a run made of a field; nil where it has no results.
    func analysis(ofCapture capture: Int64, run: Int64) throws -> Int64? {
        try Int64.fetchOne(
            self, sql: "SELECT id FROM analyses WHERE run_id = ? AND capture_id = ? AND error_kind IS NULL",
            arguments: [run, capture])
    }

    func finish(ofField capture: Int64) throws -> FieldFinish? {
        try Row.fetchOne(self, sql: "SELECT * FROM finished_fields WHERE capture_id = ?", arguments: [capture]).map {
            FieldFinish(at: Date(utcText: $0["at"]), agent: Agent($0))
        }
    }

    /// Reviews of a field's grains in a run, those that drew them too.
    private static let reviewsOfField = """
        SELECT rg.review_id FROM analyses AS a JOIN grains AS g ON g.analysis_id = a.id
            JOIN review_grains AS rg ON rg.grain_id = g.id WHERE a.run_id = ?1 AND a.capture_id = ?2
        UNION
        SELECT g.review_id FROM analyses AS a JOIN grains AS g ON g.analysis_id = a.id
            WHERE a.run_id = ?1 AND a.capture_id = ?2 AND g.review_id IS NOT NULL
        """

    /// How often people said something of a field in a run: what they say is only ever added to.
    func revision(ofField capture: Int64, run: Int64?) throws -> Int {
        try Int.fetchOne(
            self,
            sql: """
                SELECT (SELECT COUNT(*) FROM (\(Self.reviewsOfField)))
                    + (SELECT COUNT(*) FROM field_finishes WHERE capture_id = ?2)
                """, arguments: [run, capture]) ?? 0
    }

    fileprivate func capture(ofGrain grain: Int64) throws -> (capture: Int64, run: Int64) {
        let row = try Row.fetchOne(
            self, sql: "SELECT capture_id, run_id FROM standings WHERE grain_id = ?", arguments: [grain])
        guard let row else { throw StoreError.noSuchGrain(grain) }
        return (row["capture_id"], row["run_id"])
    }

    func requireRevision(_ seen: Int, ofFieldOf grain: Int64) throws {
        let (capture, run) = try capture(ofGrain: grain)
        try requireRevision(seen, ofField: capture, run: run)
    }

    /// Throws where somebody said something of a field since a person saw it.
    func requireRevision(_ seen: Int, ofField capture: Int64, run: Int64) throws {
        guard try revision(ofField: capture, run: run) != seen else { return }
        let latest = try Review.fetchAll(
            self, where: "r.id = (SELECT MAX(review_id) FROM (\(Self.reviewsOfField)))", [run, capture]
        ).last
        let finish = try Row.fetchOne(
            self, sql: "SELECT * FROM field_finishes WHERE capture_id = ? ORDER BY id DESC LIMIT 1",
            arguments: [capture])
        func who(_ agent: Agent) -> String { agent.userName.isEmpty ? "user \(agent.userID)" : agent.userName }
        var last = latest.map { ($0.at.utcText, "\($0.action.rawValue) by \(who($0.agent))") }
        if let finish, (finish["at"] as String) >= last?.0 ?? "" {
            let finished: Bool = finish["finished"]
            last = (finish["at"], "\(finished ? "finished" : "opened again") by \(who(Agent(finish)))")
        }
        throw StoreError(
            .fieldChanged,
            "the field of capture \(capture) was labelled by somebody else meanwhile"
                + (last.map { ", last at \($0.0): \($0.1)" } ?? ""),
            hint: "look at it as it is now and say it again; what the other one said is kept, and this was not stored")
    }
}

// MARK: Outlines

extension Database {
    /// Of what two outlines cover together, the part from which on they are of one grain.
    private static let sameGrain = 0.7

    /// Throws for an outline whose sides cross, and for one that lies on a grain: also on one that does not count because
    /// the border cuts it or another field shows it, for it is a grain as well.
    /// - Parameter replaced: grains that it takes the place of.
    func requireFreeOutline(_ outline: [Grain.Point], analysis: Int64, replacing replaced: [Int64] = []) throws {
        if convexHull(outline).count > 2, let (one, other) = outline.crossing {
            throw StoreError(
                .invalidReview, "the outline crosses itself: its sides \(one + 1) and \(other + 1) meet",
                hint: "give its corners in order around the grain")
        }
        let mask = PolygonMask(outline)
        let rows = try Row.fetchCursor(
            self,
            sql: """
                SELECT g.id, n.name AS species, g.outline FROM grains AS g JOIN standings AS s ON s.grain_id = g.id
                JOIN species AS n ON n.id = s.species_id
                WHERE g.analysis_id = ? AND (\(SlideStore.isCounted) OR s.status = 'double' OR s.reason = 'border')
                    AND g.id NOT IN (SELECT value FROM json_each(?))
                """, arguments: [analysis, try jsonText(replaced)])
        while let row = try rows.next() {
            let id: Int64 = row["id"]
            let other = PolygonMask(try [Grain.Point](row, ofGrain: id))
            guard mask.intersectionOverUnion(with: other) < Self.sameGrain else {
                let species: String = row["species"]
                throw StoreError(
                    .invalidReview, "the outline lies on grain \(id) (\(species)), which is there already",
                    hint: "correct that one, or reject it first")
            }
        }
    }

    /// Draws a grain where the lens found none, in the run in force.
    /// - Returns: the review that drew it.
    func drawNew(
        _ outline: [Grain.Point], species: String, inField capture: Int64, note: String, expecting revision: Int? = nil,
        by agent: Agent
    ) throws -> Int64 {
        let slide = try Capture.fetch(self, id: capture).slide.id
        guard let run = try Slide.runInForce(self, slide: slide),
            let analysis = try analysis(ofCapture: capture, run: run)
        else {
            throw StoreError(
                .invalidReview,
                "no lens has looked at capture \(capture): outlines belong to what a lens made of it",
                hint: "draw them when it is analysed; `neurallens captures --slide NAME` says how it stands")
        }
        if let revision { try requireRevision(revision, ofField: capture, run: run) }
        let species = try Database.trimmed(species, "the species", "the drawn grain")
        try requireFreeOutline(outline, analysis: analysis)
        let review = try insertReview(.draw, of: [], run: run, note: note, by: agent)
        try draw([(species, outline)], in: try drawnField(analysis), replacing: [], review: review)
        try judgeAgain([capture])
        return review
    }

    /// Draws a grain's outline anew.
    func redraw(
        _ ids: [Int64], species: String?, outline: [Grain.Point], note: String, by agent: Agent
    ) throws -> Int64 {
        guard ids.count == 1 else {
            throw StoreError(
                .invalidReview, "one outline is that of one grain, not of \(ids.count)",
                hint: "merge them, or draw one after the other")
        }
        let grain = try present(ids[0])
        let species = try species.map { try Self.trimmed($0, "the species", "grain \(ids[0])") } ?? grain.species
        try requireFreeOutline(outline, analysis: grain.analysis, replacing: ids)
        let review = try insertReview(.draw, of: ids, run: grain.run, note: note, by: agent)
        try draw([(species, outline)], in: grain.field, replacing: ids, review: review)
        return review
    }
}
