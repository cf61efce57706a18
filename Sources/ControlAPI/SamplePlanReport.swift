/// Where a sample is examined, how much of it is, and what is missing: `GET /v1/slides/NAME/sample/plan`.
package struct SamplePlanReport: Codable, Sendable, Equatable {
    package struct Band: Codable, Sendable, Equatable {
        /// From 1 on.
        package var number: Int
        /// Its middle: across the tape of longitudinal ones, along it of transverse ones.
        package var atMm: Double
        package var fields: Int
        package var taken: Int

        package init(number: Int, atMm: Double, fields: Int, taken: Int) {
            self.number = number
            self.atMm = atMm
            self.fields = fields
            self.taken = taken
        }
    }

    /// A planned field; places are those of its middle.
    package struct Field: Codable, Sendable, Equatable {
        package var number: Int
        @Nullable package var band: Int?
        /// From where the slide's part of the tape begins, towards later times.
        package var alongMm: Double
        /// From one edge of the deposit.
        package var acrossMm: Double
        /// When the tape there passed the slit, ISO 8601 by the station's clock.
        package var time: String

        package init(number: Int, band: Int?, alongMm: Double, acrossMm: Double, time: String) {
            self.number = number
            self.band = band
            self.alongMm = alongMm
            self.acrossMm = acrossMm
            self.time = time
        }
    }

    package var slide: String
    package var method: SampleChange.Method
    /// Empty where there are none.
    package var bands: [Band]
    /// Of random fields; null for other methods.
    @Nullable package var seed: Int?
    package var fieldAlongUm: Double
    package var fieldAcrossUm: Double
    package var depositLengthMm: Double
    package var depositWidthMm: Double
    /// Planned.
    package var fields: Int
    /// Of these, captured: fields left out and those that failed are to be taken again.
    package var taken: Int
    package var missing: Int
    /// Captures of the slide that are no planned field: no part of its values.
    package var unplanned: Int
    /// Of the deposit, 0...1: what was wanted, what the plan covers, what is captured.
    package var wantedShare: Double
    package var plannedShare: Double
    package var takenShare: Double
    /// Null where all are taken.
    @Nullable package var next: Field?
    /// From the planned field that was captured last to the next one; null without either.
    @Nullable package var moveAlongMm: Double?
    @Nullable package var moveAcrossMm: Double?
    /// Sentences on what is wrong with the plan, or missing of what the standard asks for.
    package var faults: [String]

    package init(
        slide: String, method: SampleChange.Method, bands: [Band], seed: Int?, fieldAlongUm: Double,
        fieldAcrossUm: Double, depositLengthMm: Double, depositWidthMm: Double, fields: Int, taken: Int,
        unplanned: Int, wantedShare: Double, plannedShare: Double, takenShare: Double, next: Field?,
        move: (alongMm: Double, acrossMm: Double)?, faults: [String]
    ) {
        self.slide = slide
        self.method = method
        self.bands = bands
        self.seed = seed
        self.fieldAlongUm = fieldAlongUm
        self.fieldAcrossUm = fieldAcrossUm
        self.depositLengthMm = depositLengthMm
        self.depositWidthMm = depositWidthMm
        self.fields = fields
        self.taken = taken
        missing = fields - taken
        self.unplanned = unplanned
        self.wantedShare = wantedShare
        self.plannedShare = plannedShare
        self.takenShare = takenShare
        self.next = next
        moveAlongMm = move?.alongMm
        moveAcrossMm = move?.acrossMm
        self.faults = faults
    }
}
