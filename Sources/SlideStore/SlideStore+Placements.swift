import GRDB
import Quantities

extension SlideStore {
    /// Replaces where the fields of a slide lie, and why others are not placed.
    package func setPlacements(
        _ placements: [Placement], ofSlide slide: Slide.ID, by agent: Agent
    ) async throws(StoreError) {
        for placement in placements {
            guard case .placed(let position, _, _, let confidence) = placement.outcome else { continue }
            guard position.isPossible(as: .slidePosition), (0...1).contains(confidence) else {
                throw StoreError(
                    .invalidValue,
                    "capture \(placement.capture) cannot lie at \(position.xMicrometres), \(position.yMicrometres) µm "
                        + "with a confidence of \(confidence)",
                    hint: "give a position in micrometres and a confidence of 0 to 1")
            }
        }
        try await write { db in
            _ = try Slide.fetch(db, id: slide)
            try db.execute(
                sql: "DELETE FROM placements WHERE capture_id IN (SELECT id FROM captures WHERE slide_id = ?)",
                arguments: [slide])
            var positions: [[Double]] = []
            var seen: Set<Int64> = []
            for placement in placements {
                guard try Capture.fetch(db, id: placement.capture).slide.id == slide else {
                    throw StoreError(
                        .invalidValue, "capture \(placement.capture) is one of another slide",
                        hint: "place the captures of one slide at a time")
                }
                guard seen.insert(placement.capture).inserted else {
                    throw StoreError(
                        .invalidValue, "capture \(placement.capture) is placed twice", hint: "place it once")
                }
                try db.insert(placement)
                if case .placed(let position, _, _, _) = placement.outcome {
                    positions.append([Double(placement.capture), position.xMicrometres, position.yMicrometres])
                }
            }
            try db.append(
                "placements set", by: agent, slide: slide,
                detail: [
                    "placed": "\(positions.count)", "not_placed": "\(placements.count - positions.count)",
                    "capture_x_y_um": try jsonText(positions),
                ])
        }
    }

    /// Where the fields of a slide lie; captures that nobody tried to place are left out.
    package func placements(ofSlide slide: Slide.ID) async throws(StoreError) -> [Placement] {
        try await read { db in
            _ = try Slide.fetch(db, id: slide)
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT p.* FROM captures AS c JOIN placements AS p ON p.capture_id = c.id
                    WHERE c.slide_id = ? ORDER BY c.id
                    """, arguments: [slide]
            ).map { try Placement($0, capture: $0["capture_id"]) }
        }
    }
}

extension Database {
    fileprivate func insert(_ placement: Placement) throws {
        switch placement.outcome {
        case .placed(let position, let origin, let group, let confidence):
            try execute(
                sql: """
                    INSERT INTO placements (capture_id, x_um, y_um, origin, group_number, confidence)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    placement.capture, position.xMicrometres, position.yMicrometres, origin.rawValue, group, confidence,
                ])
        case .notPlaced(let reason):
            try execute(
                sql: "INSERT INTO placements (capture_id, reason) VALUES (?, ?)",
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
                position, origin: try known(row["origin"]), group: row["group_number"], confidence: row["confidence"]))
    }
}
