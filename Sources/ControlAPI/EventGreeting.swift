/// The `hello` that every connection to `GET /v1/events` begins with.
package struct EventGreeting: Codable, Sendable, Equatable {
    /// Names this run of the daemon: letters and digits.
    package var run: String
    package var version: String

    package init(run: String, version: String) {
        self.run = run
        self.version = version
    }
}
