/// Answer to `GET /v1/store/snapshots/ID/hashes?from=N&count=M`.
package struct BlockHashes: Codable, Sendable, Equatable {
    /// Pieces that one request may ask for.
    package static let limit = 64

    package var from: Int
    /// SHA-256 of one piece after the other, 64 lower-case hexadecimal digits each.
    package var hashes: [String]

    package init(from: Int, hashes: [String]) {
        self.from = from
        self.hashes = hashes
    }
}
