import Foundation
import GRDB

extension SlideStore {
    /// Leaves a field out of its slide, or gives the reason anew. Nothing of it is deleted.
    /// - Throws: `invalidValue` for an empty reason.
    @discardableResult
    package func exclude(
        _ capture: Capture.ID, reason: String, by agent: Agent
    ) async throws(StoreError) -> Capture {
        let reason = reason.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !reason.isEmpty else {
            throw StoreError(
                .invalidValue, "capture \(capture) cannot be left out without a reason", hint: "say why with --reason")
        }
        return try await setExclusion(of: capture, reason: reason, by: agent)
    }

    /// Takes a field in again that was left out.
    @discardableResult
    package func include(_ capture: Capture.ID, by agent: Agent) async throws(StoreError) -> Capture {
        try await setExclusion(of: capture, reason: nil, by: agent)
    }

    /// What is so already is not written again.
    private func setExclusion(
        of id: Capture.ID, reason: String?, by agent: Agent
    ) async throws(StoreError) -> Capture {
        try await write { db in
            let capture = try Capture.fetch(db, id: id)
            guard capture.exclusion?.reason != reason else { return capture }
            try db.execute(
                sql: """
                    INSERT INTO capture_exclusions (capture_id, at, user_id, process_id, user_name, excluded, reason)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    id, Date().utcText, agent.userID, agent.processID, agent.userName, reason != nil, reason,
                ])
            try db.append(
                reason == nil ? "capture taken in again" : "capture left out", by: agent, slide: capture.slide.id,
                capture: id, detail: reason.map { ["reason": $0] } ?? [:])
            try db.refreshStandings(
                where: """
                    grain_id IN (SELECT g.id FROM grains AS g JOIN analyses AS a ON a.id = g.analysis_id
                        WHERE a.capture_id = ?)
                    """, [id])
            try db.judgeAgain([id])
            return try Capture.fetch(db, id: id)
        }
    }
}
