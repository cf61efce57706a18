/// The density of a species on a slide, from the fields examined.
package struct DensityEstimate: Sendable {
    /// How the interval was made, and so how far to trust it.
    package enum Method: String, Sendable, Codable {
        /// Profile likelihood of the negative binomial distribution. Covers in 94 to 97 % of slides of ten fields or
        /// more (`IntervalCoverage`).
        case negativeBinomial = "negative-binomial"
        /// The same of two to nine fields, which hardly show how clumped the grains lie: wide, and right only where they
        /// are no more clumped than k = 1.
        case fewFields = "negative-binomial-few-fields"
        /// Exact Poisson limits. One field says nothing of clumping: too narrow where grains are clumped.
        case oneField = "poisson-one-field"
        /// Exact Poisson upper limit, of 3.69 grains on the area examined. Says nothing of clumping either.
        case noGrains = "poisson-no-grains"
    }

    /// Counted, in all fields.
    package let grains: Int
    /// Examined, with grains or without.
    package let fields: Int
    package let areaCm2: Double
    /// Grains over area.
    package let densityPerCm2: Double
    /// 95 % interval.
    package let lowPerCm2: Double
    package let highPerCm2: Double
    /// Index of dispersion, variance over mean of the counts: about 1 where grains lie at random, more where they are
    /// clumped. Pearson's chi-squared over its degrees of freedom, so that areas may differ. Nil for one field and
    /// without grains.
    package let dispersion: Double?
    package let method: Method

    let likelihood: CountLikelihood

    /// - Parameter fields: all that were examined; those of no area (captured again) are left out.
    /// - Throws: `noFields`, `badField`.
    package init(_ fields: [FieldCount]) throws(StatisticsError) {
        for (index, field) in fields.enumerated() {
            guard field.areaUm2.isFinite, field.areaUm2 >= 0, field.grains >= 0,
                field.areaUm2 > 0 || field.grains == 0
            else {
                throw StatisticsError(
                    .badField, "field \(index + 1) has \(field.grains) grains on \(field.areaUm2) µm²",
                    hint: "check the scale and the size of its picture")
            }
        }
        let examined = fields.filter { $0.areaUm2 > 0 }
        guard !examined.isEmpty else {
            throw StatisticsError(.noFields, "no field was examined", hint: "capture fields of the slide first")
        }
        likelihood = CountLikelihood(examined)
        grains = likelihood.grains
        self.fields = likelihood.fields
        let areaUm2 = examined.map(\.areaUm2).reduce(0, +)
        areaCm2 = areaUm2 / Self.um2PerCm2
        let density = Double(likelihood.grains) / areaUm2
        densityPerCm2 = density * Self.um2PerCm2
        // Where areas differ much, the likeliest density is not grains over area.
        let limits = likelihood.limits(), scale = Self.um2PerCm2 / likelihood.fieldAreaUm2
        lowPerCm2 = min(limits.low * scale, densityPerCm2)
        highPerCm2 = max(limits.high * scale, densityPerCm2)
        method =
            likelihood.grains == 0
            ? .noGrains
            : examined.count == 1 ? .oneField : examined.count < 10 ? .fewFields : .negativeBinomial
        dispersion =
            likelihood.grains == 0 || examined.count == 1
            ? nil
            : examined.map { field in
                let expected = density * field.areaUm2, difference = Double(field.grains) - expected
                return difference * difference / expected
            }.reduce(0, +) / Double(examined.count - 1)
    }

    static let um2PerCm2 = 1e8

    /// Half the interval over the density; nil without grains.
    package var relativePrecision: Double? { grains == 0 ? nil : (highPerCm2 - lowPerCm2) / 2 / densityPerCm2 }
}
