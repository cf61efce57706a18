/// `GET /v1/slides/NAME/labels`: how far the fields of a slide are labelled.
///
/// Of a finished field all is known: what counts in it is a grain of its species, the rest is background. Of another one
/// only the grains are that people reviewed or drew.
package struct SlideLabels: Codable, Sendable, Equatable {
    package struct Field: Codable, Sendable, Equatable {
        package var capture: Int64
        /// ISO 8601, UTC.
        package var capturedAt: String
        /// Null where nobody says so.
        @Nullable package var finished: FinishReport?
        /// A person left it out of the counts.
        package var isExcluded: Bool
        /// What counts, by species; those without a grain are left out.
        package var counts: [GrainCount]
        /// Counted grains that people reviewed or drew.
        package var confirmed: Int
        /// Counted grains that nobody looked at.
        package var unreviewed: Int
        /// How many of these the lens itself expects to be wrong: the sum of what their confidences lack to 1.
        package var expectedErrors: Double

        package init(
            capture: Int64, capturedAt: String, finished: FinishReport? = nil, isExcluded: Bool = false,
            counts: [GrainCount], confirmed: Int, unreviewed: Int, expectedErrors: Double
        ) {
            self.capture = capture
            self.capturedAt = capturedAt
            self.finished = finished
            self.isExcluded = isExcluded
            self.counts = counts
            self.confirmed = confirmed
            self.unreviewed = unreviewed
            self.expectedErrors = expectedErrors
        }
    }

    package var slide: String
    /// In order of capture; those that no lens has looked at are left out.
    package var fields: [Field]
    /// The field to label next: of those that are neither finished nor left out the one where the lens expects most errors.
    /// Null where there is none.
    @Nullable package var next: Int64?

    package init(slide: String, fields: [Field]) {
        self.slide = slide
        self.fields = fields
        next =
            fields.filter { $0.finished == nil && !$0.isExcluded }
            .max { ($0.expectedErrors, -$0.capture) < ($1.expectedErrors, -$1.capture) }?.capture
    }
}
