/// Who says that a field is labelled to its end, and when.
package struct FinishReport: Codable, Sendable, Equatable {
    /// The person and the user who connected.
    package var by: String
    /// ISO 8601, UTC.
    package var at: String

    package init(by: String, at: String) {
        self.by = by
        self.at = at
    }
}
