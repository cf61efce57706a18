internal import Foundation
internal import Quantities

extension DensityEstimate {
    /// How many more fields of the mean area so far, clumped as those so far, bring `relativePrecision` down to
    /// `target`.
    ///
    /// A forecast, not a promise: after that many, the precision is reached in about half of slides. Few fields show
    /// little of the clumping, so ask again on the way.
    /// - Parameter target: half the 95 % interval over the density, such as 0.1; a `Quantity.precision`.
    /// - Throws: `badPrecision`.
    package func fieldsNeeded(relativePrecision target: Double) throws(StatisticsError) -> FieldsNeeded {
        if let fault = Quantity.precision.fault(target) {
            throw StatisticsError(.badPrecision, fault.detail, hint: fault.hint)
        }
        guard let precision = relativePrecision else { return .noGrains }
        if precision <= target { return .more(0) }
        guard fields > 1 else { return .tooFewFields }
        let mean = likelihood.mean, clumping = likelihood.clumping
        // The likeliest clumping is low more often than not.
        let n = Double(fields), medianOfChiSquared = (n - 1) * pow(1 - 2 / (9 * (n - 1)), 3)
        let variance = 1 / mean + clumping * (n + 1) / medianOfChiSquared
        // The interval is symmetric in the logarithm.
        func reaches(_ fields: Int) -> Bool {
            let ratio = CountLikelihood.criticalRatio(fields: fields, clumpedShare: likelihood.clumpedShare)
            return sinh((ratio * variance / Double(fields)).squareRoot()) <= target
        }
        var low = fields, high = 2 * fields
        while !reaches(high), high < Self.mostFields { (low, high) = (high, 2 * high) }
        while high - low > 1 {
            let middle = (low + high) / 2
            if reaches(middle) { high = middle } else { low = middle }
        }
        return .more(high - fields)
    }

    /// No forecast goes further; far beyond what a person captures, and doubling never leaves the integers.
    private static let mostFields = 1 << 40
}
