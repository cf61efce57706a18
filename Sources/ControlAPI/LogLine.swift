/// A line of the daemon's log that a person should see: an element of `GET /v1/log`.
package struct LogLine: Codable, Sendable, Equatable {
    package enum Level: String, Codable, Sendable { case notice, warning, error }

    /// ISO 8601, UTC.
    package var at: String
    package var level: Level
    package var message: String
    package var detail: [String: String]

    package init(at: String, level: Level, message: String, detail: [String: String]) {
        self.at = at
        self.level = level
        self.message = message
        self.detail = detail
    }
}
