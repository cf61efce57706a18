import Foundation
import Grains
import GRDB

extension SlideStore {
    /// Grains of a capture in reading order; empty before it is done.
    /// - Parameters:
    ///   - run: the one in force where it is left out.
    ///   - onlyCounted: without those that are rejected or doubles.
    package func grains(
        ofCapture capture: Capture.ID, run: Run.ID? = nil, onlyCounted: Bool = true
    ) async throws(StoreError) -> [StoredGrain] {
        try await read { db in
            let slide = try Capture.fetch(db, id: capture).slide.id
            return try StoredGrain.fetchAll(
                db,
                where: "s.run_id = ? AND s.capture_id = ?" + (onlyCounted ? " AND \(Self.isCounted)" : ""),
                [try run ?? Slide.runInForce(db, slide: slide), capture], orderedBy: "g.number")
        }
    }

    /// Grains of a run by id, for lists too long for one answer: ask again after the last one.
    /// - Parameters:
    ///   - after: the last grain of the page before.
    ///   - limit: grains at most.
    package func grains(
        ofRun run: Run.ID, after: StoredGrain.ID = 0, limit: Int = 10_000
    ) async throws(StoreError) -> [StoredGrain] {
        try await read { db in
            _ = try Run.fetch(db, id: run)
            return try StoredGrain.fetchAll(
                db, where: "s.run_id = ? AND s.grain_id > ?", [run, after], orderedBy: "s.grain_id LIMIT \(limit)")
        }
    }

    /// What a run takes for dirt on the sensor, in every field that shows it.
    package func dirt(ofRun run: Run.ID) async throws(StoreError) -> [StoredGrain] {
        try await read { db in
            try StoredGrain.fetchAll(
                db,
                where: """
                    s.grain_id IN (SELECT grain_id FROM slide_verdicts WHERE run_id = ?1 AND verdict = 'dirt')
                        AND s.reason = 'dirt'
                    """, [run], orderedBy: "s.grain_id")
        }
    }

    package func grain(_ id: StoredGrain.ID) async throws(StoreError) -> StoredGrain {
        try await read { db in
            guard
                let grain = try StoredGrain.fetchAll(db, where: "s.grain_id = ?", [id], orderedBy: "s.grain_id").first
            else { throw StoreError.noSuchGrain(id) }
            return grain
        }
    }

    /// Grains of a slide that nobody reviewed, the least certain first.
    /// - Parameters:
    ///   - species: only those of this one.
    ///   - limit: grains at most.
    package func grainsToReview(
        ofSlide slide: Slide.ID, species: String? = nil, limit: Int
    ) async throws(StoreError) -> [StoredGrain] {
        try await read { db in
            guard let run = try Slide.runInForce(db, slide: slide) else { return [] }
            let ids =
                if let species {
                    try Int64.fetchAll(db, sql: Self.leastCertainOfSpecies, arguments: [run, species, limit])
                } else {
                    try Int64.fetchAll(db, sql: Self.leastCertain, arguments: [run, limit])
                }
            let grains = try StoredGrain.fetchAll(
                db, where: "s.grain_id IN (SELECT value FROM json_each(?))", [try jsonText(ids)],
                orderedBy: "s.confidence, s.grain_id")
            return grains
        }
    }

    /// Grains of a slide that count as unidentified, in the run in force, by capture and number.
    package func unidentified(ofSlide slide: Slide.ID) async throws(StoreError) -> [StoredGrain] {
        try await read { db in
            guard let run = try Slide.runInForce(db, slide: slide) else { return [] }
            return try StoredGrain.fetchAll(
                db,
                where: "s.run_id = ? AND s.species_id = (SELECT id FROM species WHERE name = ?) AND \(Self.isCounted)",
                [run, Grain.unidentified], orderedBy: "s.capture_id, g.number")
        }
    }

    static let isCounted = "s.status IN ('machine', 'doubtful', 'confirmed')"

    /// Doubtful ones come first by themselves: their confidence is lower.
    package static let leastCertain = """
        SELECT grain_id FROM standings WHERE run_id = ? AND status IN ('machine', 'doubtful')
        ORDER BY confidence, grain_id LIMIT ?
        """

    package static let leastCertainOfSpecies = """
        SELECT grain_id FROM standings
        WHERE run_id = ? AND species_id = (SELECT id FROM species WHERE name = ?) AND status IN ('machine', 'doubtful')
        ORDER BY confidence, grain_id LIMIT ?
        """
}

extension StoreError {
    static func noSuchGrain(_ id: Int64) -> StoreError {
        StoreError(.noSuchGrain, "there is no grain \(id)", hint: "neurallens grains CAPTURE lists a capture's grains")
    }
}

extension Database {
    /// - Parameter review: the one that drew it; nil for what the lens found.
    func insert(_ grain: Grain, number: Int, analysis: Int64, review: Int64?) throws {
        let box = grain.boundingBoxPixels
        let outline = grain.outlinePixels.map { Grain.Point(x: hundredths($0.x), y: hundredths($0.y)) }
        guard outline.allSatisfy({ $0.x.isFinite && $0.y.isFinite }) else {
            throw StoreError(
                .refused, "the outline of a grain has coordinates that are no numbers", hint: "report this with the log"
            )
        }
        try cachedStatement(
            sql: """
                INSERT INTO grains (id, analysis_id, review_id, number, species_id, centroid_x_px, centroid_y_px, box_x0_px,
                    box_y0_px, box_x1_px, box_y1_px, area_um2, area_px, equivalent_diameter_um, major_um, minor_um,
                    angle_deg, circularity, focus, confidence, on_border, rejection, outline)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            try nextID(of: "grains"), analysis, review, number, try speciesID(grain.species),
            grain.centroidPixels.x, grain.centroidPixels.y, box.x0, box.y0,
            box.x1, box.y1, grain.areaSquareMicrometres, grain.areaPixels, grain.equivalentDiameterMicrometres,
            grain.ellipse?.majorMicrometres, grain.ellipse?.minorMicrometres, grain.ellipse?.angleDegrees,
            grain.circularity, grain.focus, grain.confidence, grain.isOnBorder, grain.rejection?.rawValue,
            Data(outline.packed),
        ])
    }

    /// The number of a species; a name that is new gets one.
    func speciesID(_ name: String) throws -> Int64 {
        let known = try cachedStatement(sql: "SELECT id FROM species WHERE name = ?")
        if let id = try Int64.fetchOne(known, arguments: [name]) { return id }
        try execute(sql: "INSERT INTO species (name) VALUES (?)", arguments: [name])
        return lastInsertedRowID
    }
}

/// Rounded to a hundredth of a pixel, far below what an outline means; no negative zero.
func hundredths(_ value: Double) -> Double { (value * 100).rounded() / 100 + 0 }

extension [Grain.Point] {
    /// - Parameters:
    ///   - row: of `grains`, with `outline`.
    ///   - id: the grain's.
    init(_ row: Row, ofGrain id: Int64) throws {
        let packed: Data = row["outline"]
        try self.init(packed: [UInt8](packed), ofGrain: id)
    }
}

extension StoredGrain {
    static func fetchAll(
        _ db: Database, where condition: String, _ arguments: StatementArguments, orderedBy order: String
    ) throws -> [StoredGrain] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT g.*, f.name AS species, n.name AS species_in_force, s.run_id, s.capture_id, s.status, s.reason,
                    s.double_of,
                    COALESCE(
                        (SELECT r.id FROM review_grains AS rg JOIN effective_reviews AS r ON r.id = rg.review_id
                            WHERE rg.grain_id = g.id ORDER BY rg.review_id DESC LIMIT 1),
                        (SELECT r.id FROM effective_reviews AS r WHERE r.id = g.review_id)
                    ) AS last_review
                FROM standings AS s JOIN grains AS g ON g.id = s.grain_id JOIN species AS f ON f.id = g.species_id
                JOIN species AS n ON n.id = s.species_id WHERE \(condition) ORDER BY \(order)
                """, arguments: arguments)
        let reviews = try Review.fetchAll(
            db, where: "r.id IN (SELECT value FROM json_each(?))",
            [try jsonText(rows.compactMap { $0["last_review"] as Int64? })])
        let byID = Dictionary(uniqueKeysWithValues: reviews.map { ($0.id, $0) })
        return try rows.map { row in
            try StoredGrain(row, lastReview: (row["last_review"] as Int64?).flatMap { byID[$0] })
        }
    }

    private init(_ row: Row, lastReview: Review?) throws {
        let major: Double? = row["major_um"]
        let rejection: String? = row["rejection"]
        self.init(
            id: row["id"], run: row["run_id"], capture: row["capture_id"], number: row["number"],
            origin: try known(row["origin"]),
            grain: Grain(
                species: row["species"],
                centroidPixels: Grain.Point(x: row["centroid_x_px"], y: row["centroid_y_px"]),
                boundingBoxPixels: Grain.Box(
                    x0: row["box_x0_px"], y0: row["box_y0_px"], x1: row["box_x1_px"], y1: row["box_y1_px"]),
                areaSquareMicrometres: row["area_um2"], areaPixels: row["area_px"],
                equivalentDiameterMicrometres: row["equivalent_diameter_um"], confidence: row["confidence"],
                isOnBorder: row["on_border"], outlinePixels: try [Grain.Point](row, ofGrain: row["id"]),
                ellipse: major.map {
                    Grain.Ellipse(
                        majorMicrometres: $0, minorMicrometres: row["minor_um"], angleDegrees: row["angle_deg"])
                },
                circularity: row["circularity"], focus: row["focus"], rejection: try rejection.map { try known($0) }),
            standing: Standing(
                species: row["species_in_force"], status: try known(row["status"]), reason: row["reason"],
                doubleOf: row["double_of"]),
            lastReview: lastReview)
    }
}
