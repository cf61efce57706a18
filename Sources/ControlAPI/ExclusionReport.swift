/// Why a field was left out, by whom and when.
package struct ExclusionReport: Codable, Sendable, Equatable {
    package var reason: String
    /// The person and the user who connected.
    package var by: String
    /// ISO 8601, UTC.
    package var at: String

    package init(reason: String, by: String, at: String) {
        self.reason = reason
        self.by = by
        self.at = at
    }
}
