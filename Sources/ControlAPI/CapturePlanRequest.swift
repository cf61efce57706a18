/// Body of `POST /v1/plans`.
package struct CapturePlanRequest: CheckedRequest, Equatable {
    package static let intervals = 0.5...604_800.0
    package static let counts = 1...1_000_000

    package var slide: String
    /// Captures to take; no limit when left out.
    package var count: Int?
    /// From the start of one slot to the start of the next, within `intervals`.
    package var intervalSeconds: Double
    /// Identified grains of the slide that end the plan.
    package var untilGrains: Int?
    /// Half the 95 % interval over the density, above 0 and below 1, that ends the plan.
    package var untilPrecision: Double?

    package init(
        slide: String, count: Int? = nil, intervalSeconds: Double, untilGrains: Int? = nil, untilPrecision: Double? = nil
    ) {
        self.slide = slide
        self.count = count
        self.intervalSeconds = intervalSeconds
        self.untilGrains = untilGrains
        self.untilPrecision = untilPrecision
    }

    /// What is wrong with the plan whatever the slide, or nil.
    package var fault: Problem? {
        func refused(_ detail: String, _ hint: String) -> Problem { Problem(.invalidPlan, detail, hint: hint) }
        guard Self.intervals.contains(intervalSeconds) else {
            return refused(
                "an interval of \(intervalSeconds) s is not possible",
                "give \(Self.intervals.lowerBound) to \(Int(Self.intervals.upperBound)) seconds")
        }
        if let count, !Self.counts.contains(count) {
            return refused("a plan of \(count) captures is not possible", "give 1 to \(Self.counts.upperBound)")
        }
        if let untilGrains, untilGrains < 1 {
            return refused("a plan cannot end at \(untilGrains) grains", "give a number of at least 1")
        }
        if let untilPrecision, !(untilPrecision > 0 && untilPrecision < 1) {
            return refused(
                "a precision of \(untilPrecision) cannot be reached", "give a share above 0 and below 1, as in 0.1")
        }
        return nil
    }
}
