import Foundation
import GRDB
import Quantities

extension SlideStore {
    /// Notes what was asked for, before anything moves.
    package func createScan(ofSlide slide: Slide.ID, _ wish: Scan.Wish, by agent: Agent) async throws(StoreError)
        -> Scan
    {
        if let fault = Quantity.captures.fault(wish.fields) {
            throw StoreError(.invalidValue, fault.detail, hint: fault.hint)
        }
        return try await write { db in
            try PicturePlace.of(db, slide: slide).requireRoom(try Slide.fetch(db, id: slide).name)
            try db.execute(
                sql: """
                    INSERT INTO scans (id, slide_id, created_at, user_id, process_id, user_name, x_um, y_um, step_x_um,
                        step_y_um, columns, rows, state)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'running')
                    """,
                arguments: [
                    try db.nextID(of: "scans"), slide, Date().utcText, agent.userID, agent.processID, agent.userName,
                    wish.xMicrometres, wish.yMicrometres, wish.stepXMicrometres, wish.stepYMicrometres, wish.columns,
                    wish.rows,
                ])
            let id = db.lastInsertedRowID
            try db.append("scan begun", by: agent, slide: slide, detail: ["scan": "\(id)", "fields": "\(wish.fields)"])
            return try Scan.fetch(db, id: id)
        }
    }

    /// Oldest first.
    package func scans() async throws(StoreError) -> [Scan] {
        try await read { try Scan.fetchAll($0, where: "TRUE", []) }
    }

    package func scan(_ id: Scan.ID) async throws(StoreError) -> Scan { try await read { try Scan.fetch($0, id: id) } }

    /// Changes the state of a scan that has not ended.
    @discardableResult
    package func setScan(
        _ id: Scan.ID, _ state: Scan.State, reason: String?, by agent: Agent
    ) async throws(StoreError) -> Scan {
        try await write { db in
            let scan = try Scan.fetch(db, id: id)
            guard !scan.state.isFinal else {
                throw StoreError(
                    .alreadyFinished, "scan \(id) is \(scan.state.rawValue) already", hint: "begin another scan")
            }
            try db.execute(
                sql: "UPDATE scans SET state = ?, reason = ? WHERE id = ?", arguments: [state.rawValue, reason, id])
            if state != scan.state {
                var detail = ["scan": "\(id)"]
                if let reason { detail["reason"] = reason }
                try db.append("scan \(state.rawValue)", by: agent, slide: scan.slide.id, detail: detail)
            }
            return try Scan.fetch(db, id: id)
        }
    }
}

extension Scan {
    fileprivate static func fetch(_ db: Database, id: Int64) throws -> Scan {
        guard let scan = try fetchAll(db, where: "n.id = ?", [id]).first else {
            throw StoreError(.noSuchScan, "there is no scan \(id)", hint: "neurallens scan list shows the scans")
        }
        return scan
    }

    fileprivate static func fetchAll(
        _ db: Database, where condition: String, _ arguments: StatementArguments
    ) throws -> [Scan] {
        try Row.fetchAll(db, sql: "SELECT n.* FROM scans AS n WHERE \(condition) ORDER BY n.id", arguments: arguments)
            .map {
                row in
                Scan(
                    id: row["id"], slide: try Slide.fetch(db, id: row["slide_id"]),
                    wish: Wish(
                        xMicrometres: row["x_um"], yMicrometres: row["y_um"], stepXMicrometres: row["step_x_um"],
                        stepYMicrometres: row["step_y_um"], columns: row["columns"], rows: row["rows"]),
                    createdAt: Date(utcText: row["created_at"]), agent: Agent(row), state: try known(row["state"]),
                    reason: row["reason"],
                    taken: try Int.fetchAll(
                        db, sql: "SELECT place FROM scan_captures WHERE scan_id = ? ORDER BY place",
                        arguments: [row["id"]]))
            }
    }

    /// A place gave a capture; the last one ends the scan.
    static func add(_ capture: Int64, to id: Int64, place: Int, _ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO scan_captures (capture_id, scan_id, place) VALUES (?, ?, ?)",
            arguments: [capture, id, place])
        let scan = try fetch(db, id: id)
        if scan.next == nil, !scan.state.isFinal {
            try db.execute(sql: "UPDATE scans SET state = 'done', reason = NULL WHERE id = ?", arguments: [id])
        }
    }
}
