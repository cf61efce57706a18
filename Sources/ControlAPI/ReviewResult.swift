/// Answer to `POST /v1/reviews`.
package struct ReviewResult: Codable, Sendable, Equatable {
    package var review: ReviewReport
    /// The grains it changed or made, as they are now.
    package var grains: [GrainReport]
    /// Of their field after it: what the next request may name.
    package var revision: Int

    package init(review: ReviewReport, grains: [GrainReport], revision: Int = 0) {
        self.review = review
        self.grains = grains
        self.revision = revision
    }
}
