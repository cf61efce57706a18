/// Answer to `POST /v1/reviews`.
package struct ReviewResult: Codable, Sendable, Equatable {
    package var review: ReviewReport
    /// The grains it changed or made, as they are now.
    package var grains: [GrainReport]

    package init(review: ReviewReport, grains: [GrainReport]) {
        self.review = review
        self.grains = grains
    }
}
