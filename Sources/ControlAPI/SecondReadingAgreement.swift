/// `GET /v1/second-readings/ID/agreement`: how far both readers agree on the fields that the second one has read to their end.
package struct SecondReadingAgreement: Codable, Sendable, Equatable {
    /// Cohen's κ with its 95 % interval by the large-sample variance of Fleiss, Cohen & Everitt (1969).
    package struct Kappa: Codable, Sendable, Equatable {
        /// Null where it is undefined: both named all objects by one and the same category, or there is none.
        @Nullable package var value: Double?
        /// Null, too, where all are named alike: the formula has no width then.
        @Nullable package var low: Double?
        @Nullable package var high: Double?

        package init(value: Double?, low: Double?, high: Double?) {
            self.value = value
            self.low = low
            self.high = high
        }
    }

    package struct Species: Codable, Sendable, Equatable {
        /// Key of a species, `unidentified` or `no-grain`.
        package var key: String
        package var species: String
        /// Objects that the first and the second reader took for it.
        package var first: Int
        package var second: Int
        /// And both.
        package var both: Int
        /// Second less first, in per cent of the first; null where the first found none.
        @Nullable package var differencePercent: Double?
        /// Coefficient of variation of the two counts; null where neither found any.
        @Nullable package var variationPercent: Double?
        /// Of it against all others.
        package var kappa: Kappa

        package init(
            key: String, species: String, first: Int, second: Int, both: Int, differencePercent: Double?,
            variationPercent: Double?, kappa: Kappa
        ) {
            self.key = key
            self.species = species
            self.first = first
            self.second = second
            self.both = both
            self.differencePercent = differencePercent
            self.variationPercent = variationPercent
            self.kappa = kappa
        }
    }

    package var reading: SecondReadingReport
    /// That both judged: those that were shown and those that the second reader drew.
    package var objects: Int
    /// Named alike.
    package var alike: Int
    package var kappa: Kappa
    /// Coefficient of variation of the two counts of all grains; null where neither found any.
    @Nullable package var variationPercent: Double?
    /// Those that either named; `no-grain` last.
    package var species: [Species]
    /// Objects that the readers differ in, and of these the settled ones.
    package var differences: Int
    package var settled: Int
    /// What a reader of the figures must know: fields not read yet, no interval, one category only.
    package var remarks: [String]

    package init(
        reading: SecondReadingReport, objects: Int, alike: Int, kappa: Kappa, variationPercent: Double?,
        species: [Species], differences: Int, settled: Int, remarks: [String]
    ) {
        self.reading = reading
        self.objects = objects
        self.alike = alike
        self.kappa = kappa
        self.variationPercent = variationPercent
        self.species = species
        self.differences = differences
        self.settled = settled
        self.remarks = remarks
    }
}
