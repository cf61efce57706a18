import Foundation
import GRDB
import Grains

extension SlideStore {
    /// Brings what people said about the grains of one run to those of another: a grain of the other run is the same one
    /// where the outlines overlap by at least half of what they cover together. What a person said in the other run
    /// itself stands, and what came from there does not come back. May be repeated: nothing is carried twice.
    /// - Returns: how many decisions were carried now; see `leftReviews` for the others.
    @discardableResult
    package func carryReviews(from source: Run.ID, to target: Run.ID) async throws(StoreError) -> Int {
        guard source != target else { return 0 }
        return try await write { db in
            let (from, to) = (try Run.fetch(db, id: source), try Run.fetch(db, id: target))
            guard from.slide == to.slide else {
                throw StoreError(
                    .runMismatch, "runs \(source) and \(target) are those of different slides",
                    hint: "name runs of one slide")
            }
            try db.execute(
                sql: "DELETE FROM carried_reviews WHERE run_id = ? AND carried_as IS NULL", arguments: [target])
            var carrying = Carrying(db, from: source, to: target)
            try carrying.run()
            if carrying.carried > 0 {
                try db.append(
                    "reviews carried over", by: .current, slide: to.slide,
                    detail: [
                        "from_run": "\(from.number)", "run": "\(to.number)", "reviews": "\(carrying.carried)",
                    ])
            }
            return carrying.carried
        }
    }

    /// Decisions of other runs that found no grain in this one, the oldest first.
    package func leftReviews(ofRun run: Run.ID) async throws(StoreError) -> [LeftReview] {
        try await read { try $0.leftReviews(ofRun: run) }
    }
}

extension Database {
    func leftReviews(ofRun run: Int64) throws -> [LeftReview] {
        let rows = try Row.fetchAll(
            self,
            sql: """
                SELECT c.review_id, c.reason,
                    (SELECT a.capture_id FROM grains AS g JOIN analyses AS a ON a.id = g.analysis_id
                        WHERE g.review_id = c.review_id
                            OR g.id IN (SELECT grain_id FROM review_grains WHERE review_id = c.review_id) LIMIT 1)
                        AS capture_id
                FROM carried_reviews AS c WHERE c.run_id = ? AND c.carried_as IS NULL
                    AND EXISTS (SELECT 1 FROM effective_reviews AS e WHERE e.id = c.review_id)
                ORDER BY c.review_id
                """, arguments: [run])
        let reviews = try Review.fetchAll(
            self, where: "r.id IN (SELECT value FROM json_each(?))",
            [try jsonText(rows.map { $0["review_id"] as Int64 })])
        return zip(rows, reviews).map { row, review in
            LeftReview(review: review, capture: row["capture_id"], reason: row["reason"])
        }
    }
}

/// One pass over the decisions of a run, in the order in which they were made.
private struct Carrying {
    /// Part of what two outlines cover together that both must cover.
    private static let leastOverlap = 0.5

    private let db: Database
    private let source: Int64
    private let target: Int64
    private(set) var carried = 0
    /// Grains of the target run by those of the source run.
    private var same: [Int64: Int64] = [:]
    /// Grains of the target run that the lens found, by capture.
    private var found: [Int64: [Outlined]] = [:]

    private struct Outlined {
        let id: Int64
        let species: String
        let outline: [Grain.Point]
        let mask: PolygonMask
    }

    init(_ db: Database, from source: Int64, to target: Int64) {
        self.db = db
        self.source = source
        self.target = target
    }

    mutating func run() throws {
        let reviews = try Review.fetchAll(
            db, where: "r.run_id = ? AND r.id IN (SELECT id FROM effective_reviews)", [source])
        for review in reviews {
            let earlier = try carriedAs(review)
            if !earlier.isEmpty {
                // Grains that were drawn anew, or else those that were confirmed instead, one review each.
                let drawn = earlier.flatMap(\.made)
                for (old, new) in zip(review.made, drawn.isEmpty ? earlier.flatMap(\.grains) : drawn) {
                    same[old] = new
                }
                continue
            }
            guard try !comesFromTarget(review.id), let grain = review.grains.first ?? review.made.first,
                let home = try capture(of: grain)
            else { continue }
            try match(home)
            switch try carry(review, home) {
            case .carried(let new):
                carried += 1
                for new in new { try note(review, carriedAs: new, reason: nil) }
            case .left(let reason): try note(review, carriedAs: nil, reason: reason)
            case .superseded: break
            }
        }
    }

    private enum Outcome {
        case carried([Int64])
        case left(String)
        /// A person has said something else of the grain in the target run.
        case superseded
    }

    private mutating func carry(_ review: Review, _ home: Int64) throws -> Outcome {
        let grains = review.grains.compactMap { same[$0] }
        let isComplete = grains.count == review.grains.count && Set(grains).count == grains.count
        switch review.action {
        case .merge:
            if isComplete { return try redraw(review, grains) }
            return try confirm(review, home)
        case .split:
            let parts = try confirm(review, home)
            if case .left = parts, isComplete { return try redraw(review, grains) }
            return parts
        case .draw:
            // What the other lens missed too is drawn there as well.
            if isComplete, !grains.isEmpty { return try redraw(review, grains) }
            let confirmed = try confirm(review, home)
            guard case .left = confirmed, review.grains.isEmpty else { return confirmed }
            return try drawAgain(review, home)
        case .accept, .relabel, .reject:
            guard isComplete else { return .left(noGrain(home)) }
            guard try isOpen(grains[0]) else { return .superseded }
            // Whoever accepted a grain accepted its species with it: where the target run sees another, that is named.
            let accepted = review.action == .accept ? try outlined(review.grains[0]).species : nil
            let renamed = try accepted.flatMap { try outlined(grains[0]).species == $0 ? nil : $0 }
            let new = try db.insertReview(
                renamed == nil ? review.action : .relabel, of: grains, run: target, species: renamed ?? review.species,
                reason: review.reason, note: note(of: review), by: review.agent)
            try db.refreshStandings(of: grains)
            return .carried([new])
        case .undo: return .superseded
        }
    }

    /// Merges, splits or redraws in the target run too.
    private mutating func redraw(_ review: Review, _ grains: [Int64]) throws -> Outcome {
        for grain in grains where try !isOpen(grain) { return .superseded }
        return try draw(review, in: try db.present(grains[0]).field, replacing: grains)
    }

    /// Draws in the target run too what nothing was found of.
    private mutating func drawAgain(_ review: Review, _ capture: Int64) throws -> Outcome {
        guard let analysis = try db.analysis(ofCapture: capture, run: target) else { return .left(noGrain(capture)) }
        try db.judgeAgain([capture])
        return try draw(review, in: try db.drawnField(analysis), replacing: [])
    }

    private mutating func draw(_ review: Review, in field: DrawnField, replacing grains: [Int64]) throws -> Outcome {
        let drawn = try review.made.map { try outlined($0) }
        let new = try db.insertReview(review.action, of: grains, run: target, note: note(of: review), by: review.agent)
        let made = try db.draw(
            drawn.map { ($0.species, $0.outline) }, in: field, replacing: grains, review: new)
        for (old, new) in zip(review.made, made) { same[old] = new }
        return .carried([new])
    }

    /// The lens of the target run found by itself what a person had drawn: it is confirmed.
    private mutating func confirm(_ review: Review, _ home: Int64) throws -> Outcome {
        let drawn = try review.made.map { try outlined($0) }
        let grains = found[home] ?? []
        let pairs = PolygonMask.matches(drawn.map(\.mask), grains.map(\.mask), minimumOverlap: Self.leastOverlap)
            .sorted { $0.truth < $1.truth }
        guard pairs.count == drawn.count else { return .left(noGrain(home)) }
        for pair in pairs where try !isOpen(grains[pair.found].id) { return .superseded }
        var new: [Int64] = []
        for pair in pairs {
            let (wanted, grain) = (drawn[pair.truth], grains[pair.found])
            let isSame = wanted.species == grain.species
            new.append(
                try db.insertReview(
                    isSame ? .accept : .relabel, of: [grain.id], run: target, species: isSame ? nil : wanted.species,
                    note: note(of: review), by: review.agent))
            try db.refreshStandings(of: [grain.id])
            same[wanted.id] = grain.id
        }
        return .carried(new)
    }

    private func noGrain(_ capture: Int64) -> String {
        found[capture]?.isEmpty ?? true
            ? "the run found no grain in that field" : "the run found no grain that overlaps by half"
    }

    private func note(of review: Review) -> String {
        "carried over from review \(review.id)" + (review.note.isEmpty ? "" : ": \(review.note)")
    }

    /// Whether it still stands, and nobody said anything about it in the target run but what was carried there.
    private func isOpen(_ grain: Int64) throws -> Bool {
        let isSaid = try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (
                    SELECT 1 FROM review_grains AS rg JOIN effective_reviews AS e ON e.id = rg.review_id
                    WHERE rg.grain_id = ? AND NOT EXISTS (SELECT 1 FROM carried_reviews WHERE carried_as = e.id))
                """, arguments: [grain])
        return isSaid == false && (try? db.present(grain)) != nil
    }

    private func note(_ review: Review, carriedAs new: Int64?, reason: String?) throws {
        try db.execute(
            sql: "INSERT INTO carried_reviews (run_id, review_id, carried_as, reason) VALUES (?, ?, ?, ?)",
            arguments: [target, review.id, new, reason])
    }

    private func carriedAs(_ review: Review) throws -> [Review] {
        try Review.fetchAll(
            db, where: "r.id IN (SELECT carried_as FROM carried_reviews WHERE run_id = ? AND review_id = ?)",
            [target, review.id])
    }

    /// Whether a decision was first made in the target run.
    private func comesFromTarget(_ review: Int64) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                WITH RECURSIVE origin(id) AS (
                    VALUES (?)
                    UNION
                    SELECT c.review_id FROM carried_reviews AS c JOIN origin AS o ON c.carried_as = o.id
                )
                SELECT EXISTS (SELECT 1 FROM origin AS o JOIN reviews AS r ON r.id = o.id WHERE r.run_id = ?)
                """, arguments: [review, target]) ?? false
    }

    private func capture(of grain: Int64) throws -> Int64? {
        try Int64.fetchOne(
            db, sql: "SELECT a.capture_id FROM grains AS g JOIN analyses AS a ON a.id = g.analysis_id WHERE g.id = ?",
            arguments: [grain])
    }

    /// Pairs the grains that both lenses found in a capture.
    private mutating func match(_ capture: Int64) throws {
        guard found[capture] == nil else { return }
        let old = try lensGrains(of: capture, run: source), new = try lensGrains(of: capture, run: target)
        found[capture] = new
        for pair in PolygonMask.matches(old.map(\.mask), new.map(\.mask), minimumOverlap: Self.leastOverlap) {
            same[old[pair.truth].id] = new[pair.found].id
        }
    }

    private func lensGrains(of capture: Int64, run: Int64) throws -> [Outlined] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT g.id, n.name AS species, g.outline FROM grains AS g JOIN species AS n ON n.id = g.species_id
                JOIN analyses AS a ON a.id = g.analysis_id
                WHERE a.capture_id = ? AND a.run_id = ? AND g.review_id IS NULL ORDER BY g.id
                """, arguments: [capture, run]
        ).map { try Self.outlined($0) }
    }

    /// A drawn grain with the species that it was drawn with.
    private func outlined(_ grain: Int64) throws -> Outlined {
        guard
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT g.id, n.name AS species, g.outline FROM grains AS g JOIN species AS n ON n.id = g.species_id
                    WHERE g.id = ?
                    """, arguments: [grain])
        else { throw StoreError.noSuchGrain(grain) }
        return try Self.outlined(row)
    }

    private static func outlined(_ row: Row) throws -> Outlined {
        let outline = try [Grain.Point](row, ofGrain: row["id"])
        return Outlined(id: row["id"], species: row["species"], outline: outline, mask: PolygonMask(outline))
    }
}
