/// A sample in grains per m³ of air, of the day and of each two hours: `GET /v1/slides/NAME/sample/values`.
package struct SampleValues: Codable, Sendable, Equatable {
    /// One line of the calculation: terminal, report and page print the same.
    package struct Step: Codable, Sendable, Equatable {
        /// `air sampled`.
        package var words: String
        /// `10 l/min x 24 h x 60 / 1000`; empty for what is given.
        package var working: String
        package var value: Double
        /// The value as it is printed, with its unit.
        package var text: String

        package init(words: String, working: String, value: Double, text: String) {
            self.words = words
            self.working = working
            self.value = value
            self.text = text
        }
    }

    package struct Value: Codable, Sendable, Equatable {
        package var grains: Int
        package var perM3: Double
        /// 95 % interval.
        package var lowPerM3: Double
        package var highPerM3: Double

        package init(grains: Int, perM3: Double, lowPerM3: Double, highPerM3: Double) {
            self.grains = grains
            self.perM3 = perM3
            self.lowPerM3 = lowPerM3
            self.highPerM3 = highPerM3
        }
    }

    /// About two hours of transverse bands.
    package struct Slot: Codable, Sendable, Equatable {
        /// ISO 8601 by the station's clock, with its offset.
        package var begins: String
        package var ends: String
        /// Null where no band was examined in it.
        @Nullable package var value: Value?

        package init(begins: String, ends: String, value: Value?) {
            self.begins = begins
            self.ends = ends
            self.value = value
        }
    }

    package struct Taxon: Codable, Sendable, Equatable {
        package var species: String
        package var key: String
        package var day: Value
        /// Variance of the counts over that of a random scatter, 1 or more.
        package var dispersion: Double
        package var slots: [Slot]
        package var arithmetic: [Step]

        package init(
            species: String, key: String, day: Value, dispersion: Double, slots: [Slot], arithmetic: [Step]
        ) {
            self.species = species
            self.key = key
            self.day = day
            self.dispersion = dispersion
            self.slots = slots
            self.arithmetic = arithmetic
        }
    }

    package var sample: SampleReport
    package var plan: SamplePlanReport
    /// Fields that the values rest on.
    package var fields: Int
    package var examinedMm2: Double
    /// Of the deposit, 0...1.
    package var examinedShare: Double
    /// What the values of all taxa share.
    package var arithmetic: [Step]
    /// All that is counted, what only people named too.
    package var taxa: [Taxon]
    /// Sentences that whoever uses the values must know; empty where there are none.
    package var doubts: [String]

    package init(
        sample: SampleReport, plan: SamplePlanReport, fields: Int, examinedMm2: Double, examinedShare: Double,
        arithmetic: [Step], taxa: [Taxon], doubts: [String]
    ) {
        self.sample = sample
        self.plan = plan
        self.fields = fields
        self.examinedMm2 = examinedMm2
        self.examinedShare = examinedShare
        self.arithmetic = arithmetic
        self.taxa = taxa
        self.doubts = doubts
    }
}
