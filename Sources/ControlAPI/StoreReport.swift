/// How much the database holds.
package struct StoreReport: Codable, Sendable, Equatable {
    package var slides: Int
    package var captures: Int
    /// Size of the database with its write-ahead log.
    package var bytes: Int64

    package init(slides: Int, captures: Int, bytes: Int64) {
        self.slides = slides
        self.captures = captures
        self.bytes = bytes
    }
}
