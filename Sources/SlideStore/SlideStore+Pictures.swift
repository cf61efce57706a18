import Digest
import Foundation
import GRDB

extension SlideStore {
    /// What pictures a capture has, without reading them.
    package func pictures(ofCapture capture: Capture.ID) async throws(StoreError) -> [PictureDescription] {
        try await read { db in
            _ = try Capture.fetch(db, id: capture)
            return try Row.fetchAll(
                db, sql: "SELECT * FROM pictures WHERE capture_id = ? ORDER BY id", arguments: [capture]
            ).map { PictureDescription($0) }
        }
    }

    /// A picture as PNG, compared with its stored hash.
    package func picture(
        ofCapture capture: Capture.ID, kind: String
    ) async throws(StoreError) -> (description: PictureDescription, png: [UInt8]) {
        let path = path
        return try await read { db in
            _ = try Capture.fetch(db, id: capture)
            guard
                let row = try Row.fetchOne(
                    db,
                    sql: """
                        SELECT p.*, b.png FROM pictures p JOIN picture_bytes b ON b.picture_id = p.id
                        WHERE p.capture_id = ? AND p.kind = ?
                        """, arguments: [capture, kind])
            else {
                let kinds = try String.fetchAll(
                    db, sql: "SELECT kind FROM pictures WHERE capture_id = ? ORDER BY id", arguments: [capture])
                throw StoreError(
                    .noSuchPicture, "capture \(capture) has no picture \"\(kind)\"",
                    hint: "it has: \(kinds.joined(separator: ", "))")
            }
            let description = PictureDescription(row)
            let png: [UInt8] = try row.withUnsafeData(named: "png") { Array($0 ?? Data()) }
            guard sha256Hex(png) == description.sha256 else {
                throw StoreError(
                    .damaged, "picture \"\(kind)\" of capture \(capture) in \(path) is not what was stored",
                    hint: "check the disk, and restore the file from a copy")
            }
            return (description, png)
        }
    }
}

extension Database {
    func insert(_ picture: PictureRecord, sha256: String, capture: Int64) throws {
        try execute(
            sql: """
                INSERT INTO pictures (capture_id, kind, width, height, nm_per_pixel, synthesised, byte_count, sha256)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                capture, picture.kind, picture.width, picture.height, picture.nmPerPixel, picture.isSynthesised,
                picture.png.count, sha256,
            ])
        try execute(
            sql: "INSERT INTO picture_bytes (picture_id, png) VALUES (?, ?)",
            arguments: [lastInsertedRowID, Data(picture.png)])
    }
}

extension PictureDescription {
    init(_ row: Row) {
        self.init(
            capture: row["capture_id"], kind: row["kind"], width: row["width"], height: row["height"],
            nmPerPixel: row["nm_per_pixel"], isSynthesised: row["synthesised"], byteCount: row["byte_count"],
            sha256: row["sha256"])
    }
}
