/// A slide: an element of `GET /v1/slides`, and `GET /v1/slides/NAME`.
package struct SlideSummary: Codable, Sendable, Equatable {
    package var name: String
    @Nullable package var note: String?
    /// ISO 8601, UTC.
    package var createdAt: String
    package var captures: Int
    /// Grains identified as one of the lens's species, over all captures.
    package var grains: Int
    /// Objects that are none of the lens's species.
    package var unidentified: Int

    package init(name: String, note: String?, createdAt: String, captures: Int, grains: Int, unidentified: Int) {
        self.name = name
        self.note = note
        self.createdAt = createdAt
        self.captures = captures
        self.grains = grains
        self.unidentified = unidentified
    }
}
