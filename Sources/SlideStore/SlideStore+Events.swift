import Foundation
import GRDB

extension SlideStore {
    /// Notes a change that the store itself does not see, for instance of a camera control.
    package func log(
        _ what: String, by agent: Agent, slide: Slide.ID? = nil, capture: Capture.ID? = nil,
        detail: [String: String] = [:]
    ) async throws(StoreError) {
        try await write { try $0.append(what, by: agent, slide: slide, capture: capture, detail: detail) }
    }

    /// The newest entries of the journal, the newest first.
    package func events(limit: Int = 100) async throws(StoreError) -> [Event] {
        try await read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM events ORDER BY id DESC LIMIT ?", arguments: [limit])
                .map { try Event($0) }
        }
    }
}

extension Database {
    func append(
        _ what: String, by agent: Agent, slide: Int64? = nil, capture: Int64? = nil, detail: [String: String]
    ) throws {
        try execute(
            sql: """
                INSERT INTO events (at, user_id, process_id, what, slide_id, capture_id, detail)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                Date().utcText, agent.userID, agent.processID, what, slide, capture, try jsonText(detail),
            ])
    }
}

extension Event {
    init(_ row: Row) throws {
        self.init(
            id: row["id"], at: Date(utcText: row["at"]),
            agent: Agent(userID: row["user_id"], processID: row["process_id"]), what: row["what"],
            slide: row["slide_id"], capture: row["capture_id"], detail: try jsonValue(row["detail"]))
    }
}
