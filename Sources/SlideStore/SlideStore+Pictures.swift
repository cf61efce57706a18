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
        try await again { () throws(StoreError) in
            try await read { [slideFiles] in try $0.picture(ofCapture: capture, kind: kind, run: run, in: slideFiles) }
        }
    }

    /// Pictures as PNG, compared with their stored hashes: a capture's input, and what the lens made in the run in force;
    /// all of one moment.
    /// - Parameter among: kinds that are wanted, as far as they are there; nil: all.
    package func pictures(
        ofCapture capture: Capture.ID, among kinds: [String]?
    ) async throws(StoreError) -> [(description: PictureDescription, png: [UInt8])] {
        try await again { () throws(StoreError) in
            try await read { [slideFiles] db in
                let (condition, arguments) = try Self.pictures(db, of: capture, run: nil)
                return try Row.fetchAll(
                    db,
                    sql: """
                        SELECT \(StoredPicture.columns) WHERE \(condition)
                            AND (? IS NULL OR p.kind IN (SELECT value FROM json_each(?))) ORDER BY p.id
                        """, arguments: arguments + [kinds?.count, try jsonText(kinds ?? [])]
                ).map { row in
                    let picture = try StoredPicture(row, store: slideFiles.store)
                    return (picture.description, try picture.png(db, in: slideFiles))
                }
            }
        }
    }

    /// Once more where a slide's file is not there: its pictures may have gone to the archive since the reading began, and
    /// then the catalogue says so.
    private func again<Value>(_ body: () async throws(StoreError) -> Value) async throws(StoreError) -> Value {
        do {
            return try await body()
        } catch {
            guard error.code == .noSlideFile else { throw error }
            return try await body()
        }
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

/// A picture in the catalogue, and where its bytes are.
struct StoredPicture {
    /// Of pictures `p`, for `init(_:store:)`; a condition and an order follow.
    static let columns = """
        p.*, s.id AS slide_id, s.name AS slide_name, s.created_at AS slide_created_at, s.pictures AS place
        FROM pictures AS p JOIN captures AS c ON c.id = p.capture_id JOIN slides AS s ON s.id = c.slide_id
        """

    let id: Int64
    let description: PictureDescription
    let slide: SlideFile.Identity
    let slideName: String
    let place: PicturePlace

    init(_ row: Row, store: String) throws {
        id = row["id"]
        description = PictureDescription(row)
        slide = SlideFile.Identity(store: store, slide: row["slide_id"], createdAt: row["slide_created_at"])
        slideName = row["slide_name"]
        place = try known(row["place"])
    }

    /// The bytes, compared with their hash.
    func png(_ db: Database, in files: SlideFiles) throws -> [UInt8] {
        guard let png = try bytes(db, in: files) else {
            throw StoreError(
                .damaged,
                "picture \"\(description.kind)\" of capture \(description.capture) is not in "
                    + "\(files.path(of: slide.slide)) any more",
                hint: "restore the file from a backup; counts do not need it")
        }
        guard sha256Hex(png) == description.sha256 else {
            throw StoreError(
                .damaged,
                "picture \"\(description.kind)\" of capture \(description.capture) in "
                    + "\(files.path(of: slide.slide)) is not what was stored",
                hint: "check the disk, and restore the file from a copy")
        }
        return png
    }

    /// As they are; nil where they are missing.
    func bytes(_ db: Database, in files: SlideFiles) throws -> [UInt8]? {
        // Of an earlier version, and not moved yet.
        let row = try Row.fetchOne(db, sql: "SELECT png FROM picture_bytes WHERE picture_id = ?", arguments: [id])
        if let row { return try row.withUnsafeData(named: "png") { Array($0 ?? Data()) } }
        try place.requireHere(slideName)
        return try files.with(slide) { try $0.picture(description.sha256) }
    }
}

extension Database {
    func picture(
        ofCapture capture: Int64, kind: String, run: Int64? = nil, in files: SlideFiles
    ) throws -> (description: PictureDescription, png: [UInt8]) {
        let (condition, arguments) = try SlideStore.pictures(self, of: capture, run: run)
        guard
            let row = try Row.fetchOne(
                self, sql: "SELECT \(StoredPicture.columns) WHERE \(condition) AND p.kind = ?",
                arguments: arguments + [kind])
        else {
            let kinds = try String.fetchAll(
                self, sql: "SELECT kind FROM pictures AS p WHERE \(condition) ORDER BY p.id", arguments: arguments)
            throw StoreError(
                .noSuchPicture, "capture \(capture) has no picture \"\(kind)\"",
                hint: "it has: \(kinds.joined(separator: ", "))")
        }
        let picture = try StoredPicture(row, store: files.store)
        return (picture.description, try picture.png(self, in: files))
    }

    /// Describes a picture, whose bytes `keep` puts into the slide's file.
    func insert(_ picture: PictureRecord, sha256: String, capture: Int64, analysis: Int64?) throws {
        try execute(
            sql: """
                INSERT INTO pictures (id, capture_id, analysis_id, kind, width, height, nm_per_pixel, synthesised,
                    byte_count, sha256)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                try nextID(of: "pictures"), capture, analysis, picture.kind, picture.width, picture.height,
                picture.nmPerPixel,
                picture.isSynthesised, picture.png.count, sha256,
            ])
    }

    /// Puts bytes of pictures and previews into a slide's file, on the disk when this returns: the last step of a transaction
    /// whose rows refer to them.
    func keep(
        _ pictures: [(sha256: String, bytes: [UInt8])], previews: [Int64: [UInt8]] = [:], ofSlide slide: Slide,
        in files: SlideFiles
    ) throws {
        guard !pictures.isEmpty || !previews.isEmpty else { return }
        let row = try Row.fetchOne(
            self, sql: "SELECT pictures, created_at FROM slides WHERE id = ?", arguments: [slide.id])!
        try (known(row["pictures"]) as PicturePlace).requireRoom(slide.name)
        let isFirst = try !files.exists(slide.id) && !hasBytesElsewhere(slide.id, than: pictures.map(\.sha256))
        let identity = SlideFile.Identity(store: files.store, slide: slide.id, createdAt: row["created_at"])
        try files.with(identity, makingFor: isFirst ? slide.name : nil) { try $0.add(pictures, previews: previews) }
    }

    /// Whether pictures of a slide were in a file already, which is gone now: a new one in its place would keep the right one
    /// from being put back.
    private func hasBytesElsewhere(_ slide: Int64, than new: [String]) throws -> Bool {
        try Bool.fetchOne(
            self,
            sql: """
                SELECT EXISTS (
                    SELECT 1 FROM captures AS c JOIN pictures AS p ON p.capture_id = c.id
                    WHERE c.slide_id = ? AND p.sha256 NOT IN (SELECT value FROM json_each(?))
                        AND NOT EXISTS (SELECT 1 FROM picture_bytes AS b WHERE b.picture_id = p.id))
                """, arguments: [slide, try jsonText(new)]) ?? false
    }
}

extension PictureDescription {
    init(_ row: Row) {
        self.init(
            capture: row["capture_id"], kind: row["kind"], width: row["width"], height: row["height"],
            nmPerPixel: Quantity.scale.possible(row["nm_per_pixel"]), isSynthesised: row["synthesised"],
            byteCount: row["byte_count"],
            sha256: row["sha256"])
    }
}
