/// One species on two slides: an element of `SlideComparison`.
package struct SpeciesComparison: Codable, Sendable, Equatable {
    package struct Side: Codable, Sendable, Equatable {
        package var grains: Int
        @Nullable package var densityPerCm2: Double?
        /// Lower end of the 95 % interval.
        @Nullable package var densityLowPerCm2: Double?
        @Nullable package var densityHighPerCm2: Double?

        /// - Parameter density: per cm², with the ends of its 95 % interval.
        package init(grains: Int, density: (value: Double, low: Double, high: Double)? = nil) {
            self.grains = grains
            densityPerCm2 = density?.value
            densityLowPerCm2 = density?.low
            densityHighPerCm2 = density?.high
        }
    }

    /// Scientific name.
    package var species: String
    package var key: String
    package var first: Side
    package var second: Side
    /// The first slide's density over the second's; null where the second's is zero or either is unknown.
    @Nullable package var ratio: Double?
    /// Lower end of the ratio's 95 % interval.
    @Nullable package var ratioLow: Double?
    @Nullable package var ratioHigh: Double?
    /// Two-sided, of densities that are the same, 0...1.
    @Nullable package var pValue: Double?
    /// What the figures rest on, or why they are missing.
    @Nullable package var remark: String?

    /// - Parameter ratio: with the ends of its 95 % interval.
    package init(
        species: String, key: String, first: Side, second: Side,
        ratio: (value: Double, low: Double, high: Double)? = nil, pValue: Double? = nil, remark: String? = nil
    ) {
        self.species = species
        self.key = key
        self.first = first
        self.second = second
        self.ratio = ratio?.value
        ratioLow = ratio?.low
        ratioHigh = ratio?.high
        self.pValue = pValue
        self.remark = remark
    }
}
