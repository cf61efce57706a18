/// Answer to `POST /v1/store/snapshots`: the database as it is now, to be fetched in pieces.
package struct SnapshotReport: Codable, Sendable, Equatable {
    package var id: String
    /// ISO 8601, UTC.
    package var takenAt: String
    /// Of the whole database.
    package var bytes: Int64
    /// Of a piece; the last one may be shorter.
    package var blockBytes: Int
    package var blocks: Int

    package init(id: String, takenAt: String, bytes: Int64, blockBytes: Int, blocks: Int) {
        self.id = id
        self.takenAt = takenAt
        self.bytes = bytes
        self.blockBytes = blockBytes
        self.blocks = blocks
    }
}
