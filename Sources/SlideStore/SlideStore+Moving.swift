import Digest
import Foundation
import GRDB
import Quantities

/// How far the pictures of an earlier version are moved into files of their own.
package struct PictureMove: Sendable, Equatable {
    /// Pictures that are still in the catalogue.
    package var left: Int
    /// Of these.
    package var leftBytes: Int64
    /// Pictures that are not what was stored: they stay in the catalogue, as they are.
    package var damaged: [String] = []
}

/// Pictures that earlier versions kept in the catalogue go to the slides' files, some at a time, beside everything else.
///
/// Each is compared with its hash before and after; then it leaves the catalogue. A kill or a full disk at any moment leaves
/// every picture in one of the two places or in both, and the move goes on where it was. The room in the catalogue is given
/// back at the end.
extension SlideStore {
    /// Bytes that are moved in one transaction, as a rule.
    private static let movedAtOnce = 16 << 20

    /// What is still to be moved; nil where nothing is. Blocks the calling thread.
    package func pendingMove() throws(StoreError) -> PictureMove? {
        try waitToRead { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT COUNT(*) AS n, COALESCE(SUM(p.byte_count), 0) AS bytes
                    FROM picture_bytes AS b JOIN pictures AS p ON p.id = b.picture_id
                    """)!
            let previews = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM field_previews") ?? 0
            let isLoose = try Int.fetchOne(db, sql: "PRAGMA auto_vacuum") == 0
            let move = PictureMove(left: row["n"], leftBytes: row["bytes"])
            return move.left > 0 || previews > 0 || isLoose ? move : nil
        }
    }

    /// Moves all that is to be moved. Blocks the calling thread.
    /// - Parameter progress: called after each transaction; returns false to end it with `CancellationError`.
    /// - Returns: what could not be moved.
    @discardableResult
    package func movePictures(progress: (PictureMove) -> Bool) throws -> PictureMove? {
        guard var move = try pendingMove() else { return nil }
        guard progress(move) else { throw CancellationError() }
        do {
            let pictures = move.left
            var last: Int64 = 0
            while let step = try moveSome(after: &last) {
                move.left -= step.pictures
                move.leftBytes -= step.bytes
                move.damaged += step.damaged
                guard progress(move) else { throw CancellationError() }
            }
            while try movePreviews() { guard progress(move) else { throw CancellationError() } }
            try giveBackRoom()
            if pictures > 0 {
                try pool.write { db in
                    try db.append(
                        "pictures moved to files of their own", by: .current,
                        detail: ["pictures": "\(pictures - move.left)", "left": "\(move.left)"])
                }
            }
        } catch let error as DatabaseError {
            throw StoreError(error, doing: "written", path: path)
        }
        return move
    }

    /// Pictures of one slide, as many as fit.
    private func moveSome(after last: inout Int64) throws -> (pictures: Int, bytes: Int64, damaged: [String])? {
        if let fault { throw fault }
        let start = last
        let batch = try pool.read { [slideFiles] db -> [(StoredPicture, [UInt8])] in
            var batch: [(StoredPicture, [UInt8])] = []
            var bytes = 0
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT b.png, \(StoredPicture.columns) JOIN picture_bytes AS b ON b.picture_id = p.id
                    WHERE p.id > ? ORDER BY p.id
                    """, arguments: [start])
            while bytes < Self.movedAtOnce, let row = try rows.next() {
                let picture = try StoredPicture(row, store: slideFiles.store)
                if let first = batch.first, first.0.slide != picture.slide { break }
                let png: [UInt8] = try row.withUnsafeData(named: "png") { Array($0 ?? Data()) }
                bytes += png.count
                batch.append((picture, png))
            }
            return batch
        }
        guard let first = batch.first?.0, let end = batch.last?.0 else { return nil }
        let sound = batch.filter { sha256Hex($0.1) == $0.0.description.sha256 }
        try slideFiles.with(first.slide, makingFor: first.slideName) { file in
            try file.add(sound.map { ($0.0.description.sha256, $0.1) })
            for (picture, _) in sound {
                guard let copy = try file.picture(picture.description.sha256),
                    sha256Hex(copy) == picture.description.sha256
                else {
                    throw StoreError(
                        .damaged,
                        "a picture that was moved to \(file.path) cannot be read back as it was; it stays in \(path)",
                        hint: "check the disk (dmesg, smartctl)")
                }
            }
        }
        try pool.write { db in
            try db.execute(
                sql: "DELETE FROM picture_bytes WHERE picture_id IN (SELECT value FROM json_each(?))",
                arguments: [try jsonText(sound.map(\.0.id))])
        }
        // 16 MB at a time go through the log.
        pool.writeWithoutTransaction { bringInLogIfLong($0) }
        last = end.id
        return (
            sound.count, sound.reduce(0) { $0 + Int64($1.1.count) },
            batch.filter { picture in !sound.contains { $0.0.id == picture.0.id } }.map {
                "picture \"\($0.0.description.kind)\" of capture \($0.0.description.capture)"
            }
        )
    }

    /// - Returns: whether there may be more.
    private func movePreviews() throws -> Bool {
        if let fault { throw fault }
        let batch = try pool.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT v.capture_id, v.samples, c.slide_id, s.name FROM field_previews AS v
                    JOIN captures AS c ON c.id = v.capture_id JOIN slides AS s ON s.id = c.slide_id
                    ORDER BY c.slide_id LIMIT 200
                    """
            ).map { row -> (capture: Int64, samples: [UInt8], slide: Int64, name: String) in
                let samples: Data = row["samples"]
                return (row["capture_id"], Array(samples), row["slide_id"], row["name"])
            }
        }
        guard let first = batch.first else { return false }
        let ofSlide = batch.filter { $0.slide == first.slide }
        let identity = try pool.read { [slideFiles] in
            try SlideFile.Identity($0, slide: first.slide, store: slideFiles.store)
        }
        try slideFiles.with(identity, makingFor: first.name) { file in
            try file.add([], previews: Dictionary(uniqueKeysWithValues: ofSlide.map { ($0.capture, $0.samples) }))
        }
        try pool.write { db in
            try db.execute(
                sql: "DELETE FROM field_previews WHERE capture_id IN (SELECT value FROM json_each(?))",
                arguments: [try jsonText(ofSlide.map(\.capture))])
        }
        return true
    }

    /// Gives the room that pictures had in the catalogue back to the disk, and lets it shrink by itself from then on.
    private func giveBackRoom() throws {
        try pool.writeWithoutTransaction { db in
            guard try Int.fetchOne(db, sql: "PRAGMA auto_vacuum") == 0 else { return }
            try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
            try db.execute(sql: "VACUUM")
            try Self.bringInLog(db)
        }
    }
}
