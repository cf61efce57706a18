internal import Quantities

/// Body of `POST /v1/plans`.
package struct CapturePlanRequest: CheckedRequest, Equatable {
    package var slide: String
    /// Captures to take; no limit when left out.
    package var count: Int?
    /// From the start of one slot to the start of the next.
    package var intervalSeconds: Double
    /// Identified grains of the slide that end the plan.
    package var untilGrains: Int?
    /// Half the 95 % interval over the density that ends the plan.
    package var untilPrecision: Double?

    package init(
        slide: String, count: Int? = nil, intervalSeconds: Double, untilGrains: Int? = nil,
        untilPrecision: Double? = nil
    ) {
        self.slide = slide
        self.count = count
        self.intervalSeconds = intervalSeconds
        self.untilGrains = untilGrains
        self.untilPrecision = untilPrecision
    }

    /// What is wrong with the plan whatever the slide, or nil.
    package var fault: Problem? {
        let fault =
            Quantity.planInterval.fault(intervalSeconds) ?? Quantity.planCaptures.fault(count)
            ?? Quantity.planGrains.fault(untilGrains) ?? Quantity.precision.fault(untilPrecision)
        return fault.map { Problem(.invalidPlan, $0) }
    }
}
