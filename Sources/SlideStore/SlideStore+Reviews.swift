import Foundation
import Grains
import GRDB
import Quantities

extension SlideStore {
    /// Adds a person's decision about grains, all or nothing. Merging takes several grains, splitting and redrawing one;
    /// the other decisions are made about each grain by itself.
    /// - Parameter revision: of the first grain's field as the person saw it, see ``FieldLabels/revision``; nil where that
    ///   does not matter.
    /// - Throws: `grainRemoved` for a grain that another review merged, split, redrew or took back, and names that review;
    ///   `nothingToUndo`; `invalidReview`; `fieldChanged`.
    @discardableResult
    package func review(
        _ grains: [StoredGrain.ID], _ decision: Decision, note: String = "", expecting revision: Int? = nil,
        by agent: Agent
    ) async throws(StoreError) -> [Review] {
        var seen: Set<Int64> = []
        let grains = grains.filter { seen.insert($0).inserted }
        guard !grains.isEmpty else {
            throw StoreError(.invalidReview, "a review names no grain", hint: "name one; `review next` offers some")
        }
        return try await write { db in
            if let revision { try db.requireRevision(revision, ofFieldOf: grains[0]) }
            let reviews =
                switch decision {
                case .accept, .relabel, .reject:
                    try grains.map { try db.judge($0, decision, note: note, by: agent) }
                case .merge(let species, let outline):
                    [try db.merge(grains, species: species, outline: outline, note: note, by: agent)]
                case .split(let parts):
                    [try db.split(grains, into: parts, note: note, by: agent)]
                case .redraw(let species, let outline):
                    [try db.redraw(grains, species: species, outline: outline, note: note, by: agent)]
                case .undo:
                    try grains.map { try db.undo($0, note: note, by: agent) }
                }
            return try Review.fetchAll(
                db, where: "r.id IN (SELECT value FROM json_each(?))", [try jsonText(reviews)])
        }
    }

    /// All reviews of a run's grains, the oldest first.
    package func reviews(ofRun run: Run.ID) async throws(StoreError) -> [Review] {
        try await read { db in
            _ = try Run.fetch(db, id: run)
            return try Review.fetchAll(db, where: "r.run_id = ?", [run])
        }
    }

    /// All reviews of a grain, with the one that drew it, the oldest first.
    package func reviews(ofGrain grain: StoredGrain.ID) async throws(StoreError) -> [Review] {
        try await read { db in
            guard try Bool.fetchOne(db, sql: "SELECT 1 FROM grains WHERE id = ?", arguments: [grain]) != nil else {
                throw StoreError.noSuchGrain(grain)
            }
            return try Review.fetchAll(
                db,
                where: """
                    r.id IN (SELECT review_id FROM review_grains WHERE grain_id = ?)
                        OR r.id = (SELECT review_id FROM grains WHERE id = ?)
                    """, [grain, grain])
        }
    }
}

// MARK: Decisions

extension Database {
    func judge(_ id: Int64, _ decision: Decision, note: String, by agent: Agent) throws -> Int64 {
        let grain = try present(id)
        var species: String?
        var reason: String?
        let action: Review.Action
        switch decision {
        case .relabel(let key):
            action = .relabel
            species = try Self.trimmed(key, "a species", "grain \(id)")
        case .reject(let why):
            action = .reject
            reason = try why.map { try Self.trimmed($0, "a reason", "grain \(id)") }
        default: action = .accept
        }
        // Said twice by the same person, as an impatient hand does, it is said once.
        if let last = try lastReview(of: id), last.action == action, last.species == species, last.reason == reason,
            last.note == note, last.agent.userID == agent.userID, last.agent.userName == agent.userName
        {
            return last.id
        }
        let review = try insertReview(
            action, of: [id], run: grain.run, species: species, reason: reason, note: note, by: agent)
        try refreshStandings(of: [id])
        return review
    }

    fileprivate func merge(
        _ ids: [Int64], species: String?, outline: [Grain.Point]?, note: String, by agent: Agent
    ) throws -> Int64 {
        let grains = try ids.map { try present($0) }
        guard grains.count > 1 else {
            throw StoreError(.invalidReview, "one grain cannot be merged with itself", hint: "name two or more")
        }
        let first = grains[0]
        guard grains.allSatisfy({ $0.analysis == first.analysis }) else {
            throw StoreError(
                .invalidReview, "grains of different fields cannot be merged",
                hint: "grains seen twice in overlapping fields are doubles: reject one of them")
        }
        let agreed = Set(grains.map(\.species))
        guard
            let species = try species.map({ try Self.trimmed($0, "a species", "the merged grain") })
                ?? (agreed.count == 1 ? agreed.first : nil)
        else {
            throw StoreError(
                .invalidReview,
                "the grains to merge are of different species: \(agreed.sorted().joined(separator: ", "))",
                hint: "say of which species the merged grain is")
        }
        try requireNeighbours(ids, grains)
        let polygon = outline ?? convexHull(grains.flatMap(\.outline))
        let review = try insertReview(.merge, of: ids, run: first.run, note: note, by: agent)
        try draw([(species, polygon)], in: first.field, replacing: ids, review: review)
        return review
    }

    /// Throws unless each grain reaches each other one over gaps that a grain may have.
    private func requireNeighbours(_ ids: [Int64], _ grains: [ReviewedGrain]) throws {
        guard let nmPerPixel = grains[0].field.nmPerPixel else { return }
        func gap(_ a: Int, _ b: Int) -> Double {
            distance(between: grains[a].outline, and: grains[b].outline) * nmPerPixel / 1000
        }
        var reached = [0]
        var left = Array(grains.indices.dropFirst())
        while !left.isEmpty {
            // The gap to what is reached already, of the nearest of those that are left.
            let gaps = left.map { grain in reached.map { (gap(grain, $0), grain, $0) }.min { $0.0 < $1.0 }! }
            let (width, grain, neighbour) = gaps.min { $0.0 < $1.0 }!
            guard width <= Decision.mergeGapMicrometres else {
                throw StoreError(
                    .invalidReview,
                    "grains \(ids[neighbour]) and \(ids[grain]) lie \((width * 10).rounded() / 10) µm apart: grains that "
                        + "are merged touch, or lie within \(Int(saturating: Decision.mergeGapMicrometres)) µm of each other",
                    hint: "name the parts of one grain")
            }
            reached.append(grain)
            left.removeAll { $0 == grain }
        }
    }

    /// The latest review of a grain that holds.
    private func lastReview(of grain: Int64) throws -> Review? {
        try Review.fetchAll(
            self,
            where: """
                r.id = (SELECT e.id FROM review_grains AS rg JOIN effective_reviews AS e ON e.id = rg.review_id
                    WHERE rg.grain_id = ? ORDER BY rg.review_id DESC LIMIT 1)
                """, [grain]
        ).first
    }

    fileprivate func split(
        _ ids: [Int64], into parts: [Decision.Part], note: String, by agent: Agent
    ) throws -> Int64 {
        guard ids.count == 1, parts.count > 1 else {
            throw StoreError(
                .invalidReview, "a split takes one grain and makes several",
                hint: "name one grain and the outlines of two or more")
        }
        let grain = try present(ids[0])
        let drawn = try parts.map { part in
            (try part.species.map { try Self.trimmed($0, "a species", "a part") } ?? grain.species, part.outlinePixels)
        }
        let review = try insertReview(.split, of: ids, run: grain.run, note: note, by: agent)
        try draw(drawn, in: grain.field, replacing: ids, review: review)
        return review
    }

    /// Takes back the latest effective review of a grain, or the one that drew it.
    fileprivate func undo(_ id: Int64, note: String, by agent: Agent) throws -> Int64 {
        let run = try Int64.fetchOne(self, sql: "SELECT run_id FROM standings WHERE grain_id = ?", arguments: [id])
        guard let run else { throw StoreError.noSuchGrain(id) }
        let latest = try Int64.fetchOne(
            self,
            sql: """
                SELECT MAX(r.id) FROM effective_reviews AS r
                WHERE r.id IN (SELECT review_id FROM review_grains WHERE grain_id = ?)
                    OR r.id = (SELECT review_id FROM grains WHERE id = ?)
                """, arguments: [id, id])
        guard let latest else {
            throw StoreError(
                .nothingToUndo, "no review of grain \(id) is left to take back", hint: "it stands as it was found")
        }
        if let later = try Row.fetchOne(
            self,
            sql: """
                SELECT g.id AS grain_id, r.id AS review_id FROM grains AS g
                JOIN review_grains AS rg ON rg.grain_id = g.id JOIN effective_reviews AS r ON r.id = rg.review_id
                WHERE g.review_id = ? ORDER BY r.id DESC LIMIT 1
                """, arguments: [latest])
        {
            let (grain, review): (Int64, Int64) = (later["grain_id"], later["review_id"])
            throw StoreError(
                .nothingToUndo,
                "review \(latest) cannot be taken back: review \(review) is about grain \(grain), which it drew",
                hint: "undo that of grain \(grain) first")
        }
        let review = try insertReview(.undo, of: [id], run: run, undoes: latest, note: note, by: agent)
        try refreshStandings(
            where: """
                grain_id IN (SELECT grain_id FROM review_grains WHERE review_id = ?
                    UNION SELECT id FROM grains WHERE review_id = ?)
                """, [latest, latest])
        return review
    }

    static func trimmed(_ text: String, _ what: String, _ place: String) throws(StoreError) -> String {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty else {
            throw StoreError(.invalidReview, "\(what) of \(place) is empty", hint: "give it, or leave it out")
        }
        return text
    }
}

// MARK: Rows

/// A grain as a review meets it.
struct ReviewedGrain {
    let analysis: Int64
    let run: Int64
    let species: String
    let outline: [Grain.Point]
    let field: DrawnField
}

extension Database {
    /// The grain, unless a review took it away.
    func present(_ id: Int64) throws -> ReviewedGrain {
        let row = try Row.fetchOne(
            self,
            sql: """
                SELECT g.analysis_id, g.outline, s.run_id, n.name AS species
                FROM grains AS g JOIN standings AS s ON s.grain_id = g.id JOIN species AS n ON n.id = s.species_id
                WHERE g.id = ?
                """, arguments: [id])
        guard let row else { throw StoreError.noSuchGrain(id) }
        let remover = try Review.fetchAll(
            self,
            where: """
                r.id = (SELECT MAX(e.id) FROM review_grains AS rg JOIN effective_reviews AS e ON e.id = rg.review_id
                    WHERE rg.grain_id = ? AND e.action IN ('merge', 'split', 'draw'))
                OR r.undoes = (SELECT review_id FROM grains WHERE id = ?)
                """, [id, id]
        ).last
        if let remover {
            let who = remover.agent.userName.isEmpty ? "user \(remover.agent.userID)" : remover.agent.userName
            let made =
                remover.made.isEmpty
                ? ""
                : "grain\(remover.made.count > 1 ? "s" : "") " + remover.made.map(String.init).joined(separator: ", ")
            throw StoreError(
                .grainRemoved,
                "grain \(id) is no more: review \(remover.id) (\(remover.action.rawValue)) by \(who), "
                    + "\(remover.at.utcText), "
                    + (made.isEmpty ? "took back the one that drew it" : "replaced it with \(made)"),
                hint: made.isEmpty
                    ? "review the grains it was drawn from"
                    : "review \(made), or take that back: `neurallens review undo \(id)`")
        }
        let analysis: Int64 = row["analysis_id"]
        return ReviewedGrain(
            analysis: analysis, run: row["run_id"], species: row["species"],
            outline: try [Grain.Point](row, ofGrain: id), field: try drawnField(analysis))
    }

    /// The field of an analysis.
    func drawnField(_ analysis: Int64) throws -> DrawnField {
        let row = try Row.fetchOne(
            self,
            sql: """
                SELECT c.nm_per_pixel, p.width, p.height,
                    json_extract(a.settings, '$.\([String: Setting].borderRule)') AS border_rule,
                    json_extract(a.settings, '$.\([String: Setting].borderGuard)') AS border_guard_um
                FROM analyses AS a JOIN captures AS c ON c.id = a.capture_id
                JOIN pictures AS p ON p.capture_id = c.id AND p.kind = 'input'
                WHERE a.id = ?
                """, arguments: [analysis])
        guard let row else {
            throw StoreError(.damaged, "analysis \(analysis) has no input picture", hint: "check the disk")
        }
        let rule: String? = row["border_rule"]
        return DrawnField(
            analysis: analysis, width: row["width"], height: row["height"],
            nmPerPixel: Quantity.scale.possible(row["nm_per_pixel"]),
            borderRule: rule.flatMap { BorderRule(rawValue: $0) } ?? .all,
            guardMicrometres: row["border_guard_um"] ?? BorderRule.guardMicrometres)
    }

    func insertReview(
        _ action: Review.Action, of grains: [Int64], run: Int64, species: String? = nil, reason: String? = nil,
        undoes: Int64? = nil, note: String, by agent: Agent
    ) throws -> Int64 {
        try execute(
            sql: """
                INSERT INTO reviews (id, run_id, at, user_id, process_id, user_name, action, species_id, reason, note,
                    undoes)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                try nextID(of: "reviews"), run, Date().utcText, agent.userID, agent.processID, agent.userName,
                action.rawValue, try species.map { try speciesID($0) }, reason, note, undoes,
            ])
        let review = lastInsertedRowID
        for grain in grains {
            try execute(
                sql: "INSERT INTO review_grains (grain_id, review_id) VALUES (?, ?)", arguments: [grain, review])
        }
        // Which of a grain's fields it counts in depends on what people say of it.
        try judgeAgain(
            Int64.fetchAll(
                self,
                sql: "SELECT DISTINCT capture_id FROM standings WHERE grain_id IN (SELECT value FROM json_each(?))",
                arguments: [try jsonText(grains)]))
        return review
    }

    /// Puts drawn grains into a field in place of others, and gives their ids. What the slide says of these it says of the
    /// drawn ones too, until it is asked again: a double that is divided does not begin to count.
    @discardableResult
    func draw(
        _ grains: [(species: String, outline: [Grain.Point])], in field: DrawnField, replacing ids: [Int64],
        review: Int64
    ) throws -> [Int64] {
        var number = try Int.fetchOne(
            self, sql: "SELECT MAX(number) FROM grains WHERE analysis_id = ?", arguments: [field.analysis])
        var drawn: [Int64] = []
        let replaced = try jsonText(ids)
        for (species, outline) in grains {
            number = (number ?? 0) + 1
            let grain = try Grain(drawn: outline, species: species, in: field)
            try insert(grain, number: number ?? 1, analysis: field.analysis, review: review)
            drawn.append(lastInsertedRowID)
            try execute(
                sql: """
                    INSERT INTO slide_verdicts (grain_id, run_id, verdict, double_of)
                    SELECT ?, run_id, verdict, double_of FROM slide_verdicts
                    WHERE grain_id IN (SELECT value FROM json_each(?)) ORDER BY verdict DESC LIMIT 1
                    """, arguments: [lastInsertedRowID, replaced])
        }
        try refreshStandings(of: ids + drawn)
        return drawn
    }
}

extension Review {
    static func fetchAll(
        _ db: Database, where condition: String, _ arguments: StatementArguments
    ) throws -> [Review] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT r.*, (SELECT name FROM species WHERE id = r.species_id) AS species, (SELECT u.id FROM reviews AS u WHERE u.undoes = r.id) AS undone_by,
                    (SELECT json_group_array(grain_id) FROM review_grains WHERE review_id = r.id) AS grains,
                    (SELECT json_group_array(id) FROM grains WHERE review_id = r.id) AS made
                FROM reviews AS r WHERE \(condition) ORDER BY r.id
                """, arguments: arguments
        ).map { row in
            let (grains, made): ([Int64], [Int64]) = (try jsonValue(row["grains"]), try jsonValue(row["made"]))
            return Review(
                id: row["id"], run: row["run_id"], at: Date(utcText: row["at"]), agent: Agent(row),
                action: try known(row["action"]), grains: grains.sorted(), made: made.sorted(), species: row["species"],
                reason: row["reason"], note: row["note"], undoes: row["undoes"], undoneBy: row["undone_by"])
        }
    }
}
