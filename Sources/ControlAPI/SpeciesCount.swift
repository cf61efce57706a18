/// How many grains of one species, and, for a slide, how sure that is.
package struct SpeciesCount: Codable, Sendable, Equatable {
    /// Scientific name: `Iva xanthiifolia`.
    package var species: String
    /// Short name: `iva`.
    package var key: String
    /// What counts: `machine`, `doubtful` and `confirmed` together.
    package var grains: Int
    /// As the lens found them, at or above the threshold of doubt.
    package var machine: Int
    /// As the lens found them, below it.
    package var doubtful: Int
    /// Accepted, relabelled, merged or split by a person.
    package var confirmed: Int
    /// `confirmed` of `grains`, 0...1; null where nothing is counted.
    @Nullable package var confirmedShare: Double?
    /// `doubtful` of `grains`, 0...1; null where nothing is counted.
    @Nullable package var doubtfulShare: Double?
    /// Null without a scale or an area, and in reports on something else than a slide.
    @Nullable package var densityPerCm2: Double?
    /// Lower end of the 95 % interval, which is the wider the more grains clump.
    @Nullable package var densityLowPerCm2: Double?
    @Nullable package var densityHighPerCm2: Double?
    /// Variance between fields over what chance alone gives; 1 means no clumping. Null where it cannot be known.
    @Nullable package var dispersion: Double?
    /// In the sampled air; null unless the slide's sampled volume and deposit area are known.
    @Nullable package var concentrationPerM3: Double?
    @Nullable package var concentrationLowPerM3: Double?
    @Nullable package var concentrationHighPerM3: Double?
    /// Fields still to capture for the precision asked for; null where none was asked for or it cannot be known.
    @Nullable package var moreFields: Int?
    /// What the figures rest on: `one field: clumping unknown, the interval assumes none`.
    @Nullable package var remark: String?

    /// - Parameters:
    ///   - grains: all that count, at least `doubtful + confirmed`; the others are the machine's.
    ///   - density: per cm², with the ends of its 95 % interval.
    ///   - concentration: per m³, with the ends of its 95 % interval.
    package init(
        species: String, key: String, grains: Int, doubtful: Int = 0, confirmed: Int = 0,
        density: (value: Double, low: Double, high: Double)? = nil, dispersion: Double? = nil,
        concentration: (value: Double, low: Double, high: Double)? = nil, moreFields: Int? = nil,
        remark: String? = nil
    ) {
        precondition(doubtful >= 0 && confirmed >= 0 && doubtful + confirmed <= grains, "shares exceed the whole")
        self.species = species
        self.key = key
        self.grains = grains
        machine = grains - doubtful - confirmed
        self.doubtful = doubtful
        self.confirmed = confirmed
        confirmedShare = grains > 0 ? Double(confirmed) / Double(grains) : nil
        doubtfulShare = grains > 0 ? Double(doubtful) / Double(grains) : nil
        densityPerCm2 = density?.value
        densityLowPerCm2 = density?.low
        densityHighPerCm2 = density?.high
        self.dispersion = dispersion
        concentrationPerM3 = concentration?.value
        concentrationLowPerM3 = concentration?.low
        concentrationHighPerM3 = concentration?.high
        self.moreFields = moreFields
        self.remark = remark
    }
}
