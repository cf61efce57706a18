import Foundation
import GRDB
import Quantities

/// How much a store holds.
package struct StoreTotals: Sendable, Equatable {
    package let slides: Int
    package let captures: Int
    /// Size of the database with its write-ahead log.
    package let bytes: Int64
}

extension SlideStore {
    package func totals() async throws(StoreError) -> StoreTotals {
        let bytes = ["", "-wal"].reduce(Int64(0)) { sum, suffix in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path + suffix)
            return sum + ((attributes?[.size] as? NSNumber)?.int64Value ?? 0)
        }
        return try await read { db in
            StoreTotals(
                slides: try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM slides") ?? 0,
                captures: try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM captures") ?? 0, bytes: bytes)
        }
    }
}
