/// A trap that slides have samples of: `GET /v1/traps`.
package struct TrapSummary: Codable, Sendable, Equatable {
    package var station: String
    package var trapName: String
    package var slides: Int
    /// Days of its first and last sample.
    package var first: String
    package var last: String

    package init(station: String, trapName: String, slides: Int, first: String, last: String) {
        self.station = station
        self.trapName = trapName
        self.slides = slides
        self.first = first
        self.last = last
    }
}
