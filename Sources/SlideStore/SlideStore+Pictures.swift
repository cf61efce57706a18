import Digest
import Foundation
import GRDB
import Quantities

extension SlideStore {
    /// What pictures a capture has, without reading them: its input, and what the lens made in a run.
    /// - Parameter run: the one in force where it is left out.
    package func pictures(
        ofCapture capture: Capture.ID, run: Run.ID? = nil
    ) async throws(StoreError) -> [PictureDescription] {
        try await read { db in
            let (condition, arguments) = try Self.pictures(db, of: capture, run: run)
            return try Row.fetchAll(
                db, sql: "SELECT p.* FROM pictures AS p WHERE \(condition) ORDER BY p.id", arguments: arguments
            ).map { PictureDescription($0) }
        }
    }

    /// A picture as PNG, compared with its stored hash.
    /// - Parameter run: the one in force where it is left out.
    package func picture(
        ofCapture capture: Capture.ID, kind: String, run: Run.ID? = nil
    ) async throws(StoreError) -> (description: PictureDescription, png: [UInt8]) {
        let path = path
        return try await read { try $0.picture(ofCapture: capture, kind: kind, run: run, path: path) }
    }

    /// Pictures as PNG, compared with their stored hashes: a capture's input, and what the lens made in the run in force;
    /// all of one moment.
    /// - Parameter among: kinds that are wanted, as far as they are there; nil: all.
    package func pictures(
        ofCapture capture: Capture.ID, among kinds: [String]?
    ) async throws(StoreError) -> [(description: PictureDescription, png: [UInt8])] {
        let path = path
        return try await read { db in
            let (condition, arguments) = try Self.pictures(db, of: capture, run: nil)
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT p.*, b.png FROM pictures AS p JOIN picture_bytes AS b ON b.picture_id = p.id
                    WHERE \(condition) AND (? IS NULL OR p.kind IN (SELECT value FROM json_each(?))) ORDER BY p.id
                    """, arguments: arguments + [kinds?.count, try jsonText(kinds ?? [])])
            var pictures: [(PictureDescription, [UInt8])] = []
            while let row = try rows.next() { pictures.append(try Self.verified(row, path: path)) }
            return pictures
        }
    }

    /// Of a row of `pictures` with `png`.
    fileprivate static func verified(_ row: Row, path: String) throws -> (PictureDescription, [UInt8]) {
        let description = PictureDescription(row)
        let png: [UInt8] = try row.withUnsafeData(named: "png") { Array($0 ?? Data()) }
        guard sha256Hex(png) == description.sha256 else {
            throw StoreError(
                .damaged, "picture \"\(description.kind)\" of capture \(description.capture) in \(path) is not what was "
                    + "stored",
                hint: "check the disk, and restore the file from a copy")
        }
        return (description, png)
    }

    fileprivate static func pictures(
        _ db: Database, of capture: Capture.ID, run: Run.ID?
    ) throws -> (condition: String, arguments: StatementArguments) {
        let slide = try Capture.fetch(db, id: capture).slide.id
        let run = try run ?? Slide.runInForce(db, slide: slide)
        let condition = """
            p.capture_id = ? AND (p.analysis_id IS NULL
                OR p.analysis_id = (SELECT id FROM analyses WHERE run_id = ? AND capture_id = p.capture_id))
            """
        return (condition, [capture, run])
    }
}

extension Database {
    /// - Parameter path: of the file, for what is said of a damaged one.
    func picture(
        ofCapture capture: Int64, kind: String, run: Int64? = nil, path: String
    ) throws -> (description: PictureDescription, png: [UInt8]) {
        let (condition, arguments) = try SlideStore.pictures(self, of: capture, run: run)
        guard
            let row = try Row.fetchOne(
                self,
                sql: """
                    SELECT p.*, b.png FROM pictures AS p JOIN picture_bytes AS b ON b.picture_id = p.id
                    WHERE \(condition) AND p.kind = ?
                    """, arguments: arguments + [kind])
        else {
            let kinds = try String.fetchAll(
                self, sql: "SELECT kind FROM pictures AS p WHERE \(condition) ORDER BY p.id", arguments: arguments)
            throw StoreError(
                .noSuchPicture, "capture \(capture) has no picture \"\(kind)\"",
                hint: "it has: \(kinds.joined(separator: ", "))")
        }
        return try SlideStore.verified(row, path: path)
    }

    func insert(_ picture: PictureRecord, sha256: String, capture: Int64, analysis: Int64?) throws {
        try execute(
            sql: """
                INSERT INTO pictures (capture_id, analysis_id, kind, width, height, nm_per_pixel, synthesised,
                    byte_count, sha256)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                capture, analysis, picture.kind, picture.width, picture.height, picture.nmPerPixel,
                picture.isSynthesised, picture.png.count, sha256,
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
            nmPerPixel: Quantity.scale.possible(row["nm_per_pixel"]), isSynthesised: row["synthesised"], byteCount: row["byte_count"],
            sha256: row["sha256"])
    }
}
