import Foundation
import GRDB
import Quantities

/// How much a store holds.
package struct StoreTotals: Sendable, Equatable {
    package let slides: Int
    package let captures: Int
    /// Size of the catalogue and the slides' files, with their write-ahead logs.
    package let bytes: Int64
}

/// Room on the disk of the store.
package struct StoreRoom: Sendable, Equatable {
    /// That this user may write.
    package let freeBytes: Int64
    /// Captures that fit, by the size of the latest ones; nil before there are any.
    package let capturesLeft: Int?

    /// Below: little room is left. A gibibyte, or a thousand captures.
    package var isLow: Bool { freeBytes < 1 << 30 || capturesLeft.map { $0 < 1000 } == true }

    package init(freeBytes: Int64, capturesLeft: Int?) {
        self.freeBytes = freeBytes
        self.capturesLeft = capturesLeft
    }

    /// That this user may write on the disk of a file or folder; nil where it does not say.
    package static func freeBytes(at path: String) -> Int64? {
        var disk = statvfs()
        guard statvfs(path, &disk) == 0 else { return nil }
        return Int64(saturating: Double(disk.f_bavail) * Double(disk.f_frsize))
    }
}

extension SlideStore {
    /// Captures by whose size the room is told.
    private static let measured = 50

    /// Nil where the disk does not say.
    package func room() async -> StoreRoom? {
        guard let free = StoreRoom.freeBytes(at: path) else { return nil }
        let bytes = try? await read { db in
            try Double.fetchOne(
                db,
                sql: """
                    SELECT SUM(byte_count) * 1.0 / COUNT(DISTINCT capture_id) FROM pictures
                    WHERE capture_id IN (SELECT id FROM captures ORDER BY id DESC LIMIT \(Self.measured))
                    """)
        }
        guard let bytes, bytes > 0 else { return StoreRoom(freeBytes: free, capturesLeft: nil) }
        return StoreRoom(freeBytes: free, capturesLeft: Int(saturating: Double(free) / bytes))
    }

    package func totals() async throws(StoreError) -> StoreTotals {
        let bytes = ["", "-wal"].reduce(Int64(0)) { sum, suffix in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path + suffix)
            return sum + ((attributes?[.size] as? NSNumber)?.int64Value ?? 0)
        }
        return try await read { [slideFiles] db in
            let bytes = bytes + slideFiles.bytes()
            return StoreTotals(
                slides: try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM slides") ?? 0,
                captures: try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM captures") ?? 0, bytes: bytes)
        }
    }
}
