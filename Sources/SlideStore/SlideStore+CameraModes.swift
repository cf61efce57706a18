import Foundation
import GRDB

extension SlideStore {
    /// Remembers how a camera is set; nil leaves the choice to the program.
    /// - Parameter camera: as it is named in the configuration.
    package func setCameraMode(
        _ mode: StoredCameraMode?, ofCamera camera: String, by agent: Agent
    ) async throws(StoreError) {
        try await write { db in
            try db.execute(
                sql: """
                    INSERT INTO camera_modes (at, user_id, process_id, user_name, camera, format, width, height,
                        frames_per_second)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    Date().utcText, agent.userID, agent.processID, agent.userName, camera, mode?.format,
                    mode?.size.width, mode?.size.height, mode?.framesPerSecond,
                ])
        }
    }

    /// How a camera was set last; nil where the program chooses.
    package func cameraMode(ofCamera camera: String) async throws(StoreError) -> StoredCameraMode? {
        try await read { db in
            try Row.fetchOne(
                db, sql: "SELECT * FROM camera_modes WHERE camera = ? ORDER BY id DESC LIMIT 1", arguments: [camera]
            ).flatMap { row in
                guard let format: String = row["format"] else { return nil }
                return StoredCameraMode(
                    format: format, size: FrameSize(width: row["width"], height: row["height"]),
                    framesPerSecond: row["frames_per_second"])
            }
        }
    }
}
