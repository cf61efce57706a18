/// A decision about grains of one run that found none of them in another.
package struct LeftReviewReport: Codable, Sendable, Equatable {
    package var review: ReviewReport
    package var capture: Int64
    /// Why it does not hold in the other run.
    package var reason: String

    package init(review: ReviewReport, capture: Int64, reason: String) {
        self.review = review
        self.capture = capture
        self.reason = reason
    }
}
