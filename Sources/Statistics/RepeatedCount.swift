/// How far two counts of the same fields differ: their coefficient of variation, the standard deviation of the two over their
/// mean, √2 |a - b| / (a + b).
///
/// Networks of pollen traps ask for repeated counts within 10 to 30 % (EN 16868; Galán et al. 2014, *Pollen monitoring: minimum
/// requirements and reproducibility of analysis*, Aerobiologia 30, 385-395).
package struct RepeatedCount: Sendable, Equatable {
    /// In percent; above it a count is to be repeated.
    package static let limitPercent = 30.0

    /// In percent, 0...141.
    package let variationPercent: Double

    /// - Returns: nil where neither counted any.
    package init?(_ first: Int, _ second: Int) {
        let sum = Double(first) + Double(second)
        guard first >= 0, second >= 0, sum > 0 else { return nil }
        variationPercent = 100 * 2.0.squareRoot() * abs(Double(first) - Double(second)) / sum
    }

    package var isWithinLimit: Bool { variationPercent <= Self.limitPercent }
}
