internal import Foundation

/// How well a mean number of grains per field explains the fields of a slide, whatever their clumping.
///
/// Counts are negative binomial: the density varies from field to field by a gamma distribution, so that a field of mean
/// m has the variance m + a m², the clumping a >= 0 being the 1/k of the literature and 0 for a random scatter. The
/// clumping is no more than a nuisance here: `deviance` maximises over it (profile likelihood).
struct CountLikelihood: Sendable {
    let fields: Int
    let grains: Int
    /// The mean area; below, means are grains per field of this area.
    let fieldAreaUm2: Double
    /// What fits best.
    private(set) var mean: Double
    private(set) var clumping = 0.0
    /// What the likelihood ratio exceeds once in twenty slides at the true mean.
    private(set) var criticalRatio = Numerics.chiSquared95
    /// More clumping is not believed of this many fields.
    private let strongestClumping: Double

    private var best = 0.0
    /// Fields of equal area together.
    private let groups: [Group]
    /// Fields with more than j grains, for j from 0 up.
    private let above: [Double]

    private struct Group: Sendable {
        /// In mean areas.
        let area: Double
        var fields: Double
        var grains: Double
    }

    /// - Parameter counts: at least one, areas positive.
    init(_ counts: [FieldCount]) {
        fields = counts.count
        grains = counts.map(\.grains).reduce(0, +)
        fieldAreaUm2 = counts.map(\.areaUm2).reduce(0, +) / Double(fields)
        mean = Double(grains) / Double(fields)
        // With two fields anything fits that is clumped enough, and the upper limit would run away. Pollen slides have
        // a k of 1 to 5; more fields may say otherwise.
        strongestClumping = max(1, Double(fields) / 5)
        var groups: [Double: Group] = [:]
        var above = [Double](repeating: 0, count: counts.map(\.grains).max() ?? 0)
        for count in counts {
            let area = count.areaUm2 / fieldAreaUm2
            groups[area, default: Group(area: area, fields: 0, grains: 0)].fields += 1
            groups[area]?.grains += Double(count.grains)
            for j in 0..<count.grains { above[j] += 1 }
        }
        self.groups = groups.values.sorted { $0.area < $1.area }
        self.above = above
        if fields > 1 && grains > 0 { fit() }
        best = logarithm(mean: mean, clumping: clumping)
        if fields > 1 && grains > 0 { criticalRatio = Self.criticalRatio(fields: fields, clumpedShare: clumpedShare) }
    }

    /// The part of the variance between fields that clumping makes, 0..<1.
    var clumpedShare: Double { clumping * mean / (1 + clumping * mean) }

    /// Likelihood ratios of normal fields exceed n log(1 + t²/(n - 1)) once in twenty slides, of random ones chi-squared's
    /// quantile; in between, the clumped share decides, doubled because it is estimated low. So few fields that they
    /// cannot show clumping are taken as clumped. Both weights were chosen by `IntervalCoverage`.
    static func criticalRatio(fields n: Int, clumpedShare: Double) -> Double {
        let t = Numerics.t975(degreesOfFreedom: n - 1)
        let clumped = Double(n) * log1p(t * t / Double(n - 1))
        let weight = min(1, max(2 * clumpedShare, Double(10 - n) / 7))
        return Numerics.chiSquared95 + (clumped - Numerics.chiSquared95) * weight
    }

    /// Twice the logarithm of the likelihood ratio between the best fit and this mean, in units in which a true mean's
    /// exceeds chi-squared's 95 % quantile once in twenty slides.
    /// - Parameter mean: grains per mean field, above 0.
    func deviance(mean: Double) -> Double {
        if grains == 0 {
            // Reaches the quantile at the exact limit.
            return Double(fields) * mean * Numerics.chiSquared95 / Numerics.poissonLimits(count: 0).high
        }
        let ratio = 2 * (best - logarithm(mean: mean, clumping: fields > 1 ? bestClumping(mean: mean) : 0))
        return max(0, ratio) * Numerics.chiSquared95 / criticalRatio
    }

    /// 95 % limits of the mean.
    func limits() -> (low: Double, high: Double) {
        if fields == 1 || grains == 0 {
            let limits = Numerics.poissonLimits(count: grains)
            return (limits.low / Double(fields), limits.high / Double(fields))
        }
        func limit(_ step: Double) -> Double {
            var inside = log(mean), outside = inside + step
            func excess(_ logarithm: Double) -> Double { deviance(mean: exp(logarithm)) - Numerics.chiSquared95 }
            var width = step
            while excess(outside) < 0 {
                inside = outside
                width *= 2
                outside += width
            }
            return exp(
                Numerics.root(in: min(inside, outside)...max(inside, outside), tolerance: 1e-9, of: excess))
        }
        let step = (criticalRatio * (1 / mean + clumping) / Double(fields)).squareRoot()
        return (limit(-step), limit(step))
    }

    // MARK: Likelihood

    /// Less terms that depend on counts and areas only.
    private func logarithm(mean: Double, clumping a: Double) -> Double {
        var sum = grains == 0 ? 0 : Double(grains) * log(mean)
        if a * mean < 1e-12 { return sum - Double(fields) * mean }
        for (j, n) in above.enumerated() { sum += n * log1p(a * Double(j)) }
        for group in groups { sum -= (group.grains + group.fields / a) * log1p(a * mean * group.area) }
        return sum
    }

    /// Derivative by the clumping.
    private func slope(mean: Double, clumping a: Double) -> Double {
        var sum = 0.0
        for (j, n) in above.enumerated() { sum += n * Double(j) / (1 + a * Double(j)) }
        for group in groups {
            let m = mean * group.area, x = a * m
            let bend = x < 1e-3 ? m * m * (0.5 - x * (2 / 3.0 - x * 0.75)) : (log1p(x) - x / (1 + x)) / (a * a)
            sum += group.fields * bend - group.grains * m / (1 + x)
        }
        return sum
    }

    private func bestClumping(mean: Double) -> Double {
        if slope(mean: mean, clumping: 0) <= 0 { return 0 }
        if slope(mean: mean, clumping: strongestClumping) >= 0 { return strongestClumping }
        // In the clumped share the slope is nearly straight.
        let share = strongestClumping * mean / (1 + strongestClumping * mean)
        let found = Numerics.root(in: 0...share, tolerance: 1e-7) { slope(mean: mean, clumping: $0 / (1 - $0) / mean) }
        return found / (1 - found) / mean
    }

    /// Mean and clumping are nearly independent: a few turns of one after the other reach the maximum.
    private mutating func fit() {
        clumping = bestClumping(mean: mean)
        if groups.count == 1 { return }
        for _ in 1...20 {
            let before = (mean, clumping)
            let most = 2 * groups.map { $0.grains / $0.fields / $0.area }.max()!
            mean = Numerics.root(in: mean * 1e-6...most, tolerance: 1e-10 * mean) { mean in
                groups.reduce(0.0) { sum, group in
                    let expected = mean * group.area
                    return sum + (group.grains - group.fields * expected) / (1 + clumping * expected)
                }
            }
            clumping = bestClumping(mean: mean)
            if abs(mean - before.0) < 1e-9 * mean && abs(clumping - before.1) < 1e-7 { break }
        }
    }
}
