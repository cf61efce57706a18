import GRDB
import Quantities

extension SlideStore {
    /// Where the analysed fields of a slide lie, each in its group, in the order of capture; fields that nobody tried to
    /// place are left out.
    package func fieldPlaces(ofSlide slide: Slide.ID) async throws(StoreError) -> [FieldPlace] {
        try await read { db in
            _ = try Slide.fetch(db, id: slide)
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT l.*, p.width, p.height, c.nm_per_pixel, c.stage_x_um, c.stage_y_um
                    FROM captures AS c JOIN placements AS l ON l.capture_id = c.id
                    JOIN pictures AS p ON p.capture_id = c.id AND p.kind = 'input'
                    WHERE c.slide_id = ? ORDER BY c.id
                    """, arguments: [slide]
            ).compactMap { row in
                guard let nmPerPixel = Quantity.scale.possible(row["nm_per_pixel"]) else { return nil }
                return FieldPlace(
                    placement: try Placement(row, capture: row["capture_id"]), width: row["width"],
                    height: row["height"],
                    nmPerPixel: nmPerPixel, stagePosition: SlidePosition(stage: row))
            }
        }
    }
}

extension SlidePosition {
    /// Where the stage says a capture lies, from its row; nil where it says nothing, or what cannot be.
    init?(stage row: Row) {
        guard let x: Double = row["stage_x_um"], let y: Double = row["stage_y_um"] else { return nil }
        self.init(xMicrometres: x, yMicrometres: y)
        guard isPossible(as: .stagePosition) else { return nil }
    }
}

extension Database {
    /// Replaces where a field lies, or why it does not.
    func set(_ placement: Placement) throws {
        switch placement.outcome {
        case .placed(let position, let origin, let group, let confidence):
            guard position.isPossible(as: .slidePosition), (0...1).contains(confidence) else {
                throw StoreError(
                    .invalidValue,
                    "capture \(placement.capture) cannot lie at \(position.xMicrometres), \(position.yMicrometres) µm "
                        + "with a confidence of \(confidence)",
                    hint: "give a position in micrometres and a confidence of 0 to 1")
            }
            try execute(
                sql: """
                    INSERT OR REPLACE INTO placements (capture_id, x_um, y_um, origin, group_number, confidence, repeats)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    placement.capture, position.xMicrometres, position.yMicrometres, origin.rawValue, group, confidence,
                    placement.repeats,
                ])
        case .notPlaced(let reason):
            try execute(
                sql: "INSERT OR REPLACE INTO placements (capture_id, reason) VALUES (?, ?)",
                arguments: [placement.capture, reason])
        }
    }
}

extension Placement {
    /// From a row with the columns of `placements`.
    init(_ row: Row, capture: Int64) throws {
        if let reason: String = row["reason"] {
            self.init(capture: capture, outcome: .notPlaced(reason: reason))
            return
        }
        let position = SlidePosition(xMicrometres: row["x_um"], yMicrometres: row["y_um"])
        guard position.isPossible(as: .slidePosition) else {
            // Stored by an early version.
            self.init(capture: capture, outcome: .notPlaced(reason: "its stored place cannot be"))
            return
        }
        self.init(
            capture: capture,
            outcome: .placed(
                position, origin: try known(row["origin"]), group: row["group_number"], confidence: row["confidence"]),
            repeats: row["repeats"])
    }
}
