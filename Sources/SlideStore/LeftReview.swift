/// A decision that could not be brought from one run to another.
package struct LeftReview: Sendable, Equatable {
    /// As it was made, in its own run.
    package let review: Review
    /// Of the grains it is about.
    package let capture: Capture.ID
    package let reason: String
}
