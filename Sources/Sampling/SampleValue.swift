/// Grains of one taxon in a cubic metre of air, over a day or part of one.
package struct SampleValue: Sendable, Equatable {
    /// Counted.
    package let grains: Int
    package let examinedSquareMillimetres: Double
    /// Of the deposit, 0...1.
    package let share: Double
    package let perM3: Double
    /// 95 % interval of what the whole deposit holds; that of volume and of the trap's catch are not in it.
    package let lowPerM3: Double
    package let highPerM3: Double
    /// Variance of the counts over that of a random scatter, 1 or more.
    package let dispersion: Double
    /// Half of the interval was made with this many standard errors.
    package let quantile: Double
    package let isDispersionAssumed: Bool

    /// The limits are those means μ of which the count N is no more than `quantile` standard errors away, (N - μ)² = t² φ (1 - f) μ
    /// (Rao's score interval; quasi-likelihood of McCullagh & Nelder, *Generalized Linear Models*, 1989, chapter 9). 1 - f is
    /// Cochran's finite population correction (*Sampling Techniques*, 1977, chapter 2): what is examined wholly has no sampling
    /// error, and grains that were seen are there.
    init(
        grains: Int, examinedSquareMillimetres area: Double, depositSquareMillimetres deposit: Double,
        airCubicMetres air: Double, dispersion: Dispersion
    ) {
        self.grains = grains
        examinedSquareMillimetres = area
        share = min(1, area / deposit)
        self.dispersion = dispersion.value
        quantile = dispersion.quantile
        isDispersionAssumed = dispersion.isAssumed
        let factor = 1 / share / air
        let n = Double(grains)
        let spread = quantile * quantile * self.dispersion * (1 - share)
        let half = (spread * (n + spread / 4)).squareRoot()
        perM3 = n * factor
        lowPerM3 = min(perM3, max((n + spread / 2 - half) * factor, n / air))
        highPerM3 = max(perM3, (n + spread / 2 + half) * factor)
    }
}
