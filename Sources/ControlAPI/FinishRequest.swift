/// Body of `PUT` and `DELETE /v1/captures/ID/finish`.
package struct FinishRequest: Codable, Sendable, Equatable {
    /// Of the field as the person saw it; left out where that does not matter.
    package var revision: Int?
    /// Name of the person; the user who connected is recorded anyway.
    package var reviewer: String?

    package init(revision: Int? = nil, reviewer: String? = nil) {
        self.revision = revision
        self.reviewer = reviewer
    }
}
