extension SlideReport {
    /// What a slide holds of one species.
    package struct Count: Sendable, Equatable {
        /// Key, or `unidentified`.
        package var species: String
        /// All that count: as the machine found them, doubtful and confirmed.
        package var grains: Int
        /// Of these, confirmed by a person.
        package var confirmed: Int
        /// Of these, below the threshold and not looked at.
        package var doubtful: Int
        /// Fields examined.
        package var fields: Int
        /// Examined, in cm².
        package var areaSquareCentimetres: Double?
        package var densityPerSquareCentimetre: Estimate?
        /// In the air sampled.
        package var concentrationPerCubicMetre: Estimate?

        package init(
            species: String, grains: Int, confirmed: Int, doubtful: Int, fields: Int, areaSquareCentimetres: Double?,
            densityPerSquareCentimetre: Estimate? = nil, concentrationPerCubicMetre: Estimate? = nil
        ) {
            self.species = species
            self.grains = grains
            self.confirmed = confirmed
            self.doubtful = doubtful
            self.fields = fields
            self.areaSquareCentimetres = areaSquareCentimetres
            self.densityPerSquareCentimetre = densityPerSquareCentimetre
            self.concentrationPerCubicMetre = concentrationPerCubicMetre
        }
    }

    /// A figure and its confidence interval, at the report's `intervalLevel`.
    package struct Estimate: Sendable, Equatable {
        package var value: Double
        /// Nil where there are too few fields to say.
        package var lower: Double?
        package var upper: Double?

        package init(_ value: Double, lower: Double? = nil, upper: Double? = nil) {
            self.value = value
            self.lower = lower
            self.upper = upper
        }
    }
}
