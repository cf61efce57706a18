import Foundation
import GRDB

extension SlideStore {
    /// Adds a flat field for the objective in use, which new captures are divided by.
    /// - Parameters:
    ///   - light: a PNG file; nil: from now on fields are not divided.
    ///   - dust: a JSON list.
    @discardableResult
    package func addFlatField(
        camera: String, frameSize: FrameSize, light: [UInt8]?, frames: Int, fallOff: Double, dust: String,
        by agent: Agent
    ) async throws(StoreError) -> StoredFlatField {
        try await write { db in
            let objective = try Row.fetchOne(
                db, sql: "SELECT objective, objective_key FROM objectives_in_use ORDER BY id DESC LIMIT 1")
            try db.execute(
                sql: """
                    INSERT INTO flat_fields (at, user_id, process_id, user_name, objective, objective_key, camera,
                        frame_width, frame_height, frames, fall_off, dust, light)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    Date().utcText, agent.userID, agent.processID, agent.userName,
                    objective.map { $0["objective"] as String } ?? "",
                    objective.map { $0["objective_key"] as String } ?? "",
                    camera, frameSize.width, frameSize.height, frames, fallOff, dust, light.map { Data($0) },
                ])
            let id = db.lastInsertedRowID
            guard let flat = try StoredFlatField.fetchAll(db, where: "id = ?", [id]).first else {
                throw StoreError(.damaged, "flat field \(id) was not stored", hint: "check the disk")
            }
            return flat
        }
    }

    /// All flat fields, the newest first.
    package func flatFields() async throws(StoreError) -> [StoredFlatField] {
        try await read { try StoredFlatField.fetchAll($0, where: "true", []) }
    }

    /// The one that new captures of such frames are divided by: the latest of the objective in use; nil where there is none.
    package func flatFieldInForce(
        camera: String, frameSize: FrameSize
    ) async throws(StoreError) -> StoredFlatField? {
        try await read { db in
            try StoredFlatField.fetchAll(
                db,
                where: """
                    objective_key = COALESCE(
                        (SELECT objective_key FROM objectives_in_use ORDER BY id DESC LIMIT 1), '')
                    AND camera = ? AND frame_width = ? AND frame_height = ?
                    """, [camera, frameSize.width, frameSize.height]
            ).first
        }.flatMap { $0.frames > 0 ? $0 : nil }
    }

    /// The light of a flat field as a PNG file.
    package func light(ofFlatField id: Int64) async throws(StoreError) -> [UInt8] {
        try await read { db in
            guard let light = try Data.fetchOne(db, sql: "SELECT light FROM flat_fields WHERE id = ?", arguments: [id])
            else { throw StoreError(.damaged, "flat field \(id) is not in the catalogue", hint: "check the disk") }
            return [UInt8](light)
        }
    }
}

extension StoredFlatField {
    /// The newest first.
    static func fetchAll(
        _ db: Database, where condition: String, _ arguments: StatementArguments
    ) throws -> [StoredFlatField] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT id, at, user_id, process_id, user_name, objective, camera, frame_width, frame_height, frames,
                    fall_off, dust
                FROM flat_fields WHERE \(condition) ORDER BY id DESC
                """, arguments: arguments
        ).map { row in
            StoredFlatField(
                id: row["id"], at: Date(utcText: row["at"]), agent: Agent(row), objective: row["objective"],
                camera: row["camera"], frameSize: FrameSize(width: row["frame_width"], height: row["frame_height"]),
                frames: row["frames"], fallOff: row["fall_off"], dust: row["dust"])
        }
    }
}
