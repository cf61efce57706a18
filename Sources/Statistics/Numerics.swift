internal import Foundation
internal import Quantities

/// What the intervals need of the distributions, exact to rounding.
package enum Numerics {
    /// 95 % quantile of chi-squared with one degree of freedom, the square of 1.959964.
    static let chiSquared95 = 3.841_458_820_694_124

    /// 97.5 % quantile of Student's t.
    package static func t975(degreesOfFreedom n: Int) -> Double {
        precondition(n >= 1)
        if n > mostSummed { return t975(manyDegreesOfFreedom: Double(n)) }
        return root(in: 1.9...13, tolerance: 1e-12) { centralProbability(ofT: $0, degreesOfFreedom: n) - 0.95 }
    }

    /// The finite sums grow with the degrees of freedom; from here on the expansion is as exact.
    private static let mostSummed = 1000

    /// By the expansion about the normal quantile in powers of 1/n (Fisher and Cornish, Technometrics 2, 1960, 209;
    /// Abramowitz and Stegun 26.7.5); from a thousand on the first term left out is below 1e-13.
    private static func t975(manyDegreesOfFreedom n: Double) -> Double {
        let x = 1.959_963_984_540_054, y = x * x
        let terms = [
            x * (y + 1) / 4,
            x * ((5 * y + 16) * y + 3) / 96,
            x * (((3 * y + 19) * y + 17) * y - 15) / 384,
            x * ((((79 * y + 776) * y + 1482) * y - 1920) * y - 945) / 92_160,
        ]
        return terms.reversed().reduce(0) { ($0 + $1) / n } + x
    }

    /// P(|T| < t) by the finite sums for whole degrees of freedom (Abramowitz and Stegun 26.7.3 and 26.7.4).
    static func centralProbability(ofT t: Double, degreesOfFreedom n: Int) -> Double {
        let angle = atan(t / Double(n).squareRoot())
        let cosine2 = cos(angle) * cos(angle)
        var term = n % 2 == 1 ? cos(angle) : 1
        var sum = n == 1 ? 0 : term
        for k in stride(from: n % 2 == 1 ? 3 : 2, through: n - 2, by: 2) {
            term *= cosine2 * Double(k - 1) / Double(k)
            sum += term
        }
        return n % 2 == 1 ? 2 / .pi * (angle + sin(angle) * sum) : sin(angle) * sum
    }

    /// Exact 95 % limits of a Poisson mean of which `count` was seen (Garwood, Biometrika 28, 1936, 437): at each limit
    /// a count as far away has a probability of 2.5 %.
    static func poissonLimits(count: Int) -> (low: Double, high: Double) {
        precondition(count >= 0)
        let n = Double(count), reach = 10 + 10 * n.squareRoot()
        let low =
            count == 0
            ? 0 : root(in: 0...n, tolerance: 1e-12 * n) { 0.975 - cumulativePoisson(count - 1, mean: $0) }
        let high = root(in: n...n + reach, tolerance: 1e-12 * (n + 1)) { 0.025 - cumulativePoisson(count, mean: $0) }
        return (low, high)
    }

    /// P(Y <= count), summed from its largest term both ways.
    static func cumulativePoisson(_ count: Int, mean: Double) -> Double {
        if mean == 0 { return 1 }
        let peak = min(count, Int(saturating: mean))
        let largest = exp(Double(peak) * log(mean) - mean - lgamma(Double(peak) + 1))
        var sum = largest, term = largest
        for k in stride(from: peak, to: 0, by: -1) {
            if term <= 1e-18 * sum { break }
            term *= Double(k) / mean
            sum += term
        }
        term = largest
        for k in stride(from: peak + 1, through: count, by: 1) {
            if term <= 1e-18 * sum { break }
            term *= mean / Double(k)
            sum += term
        }
        return min(1, sum)
    }

    /// Where `f` crosses zero between two ends of which it has opposite signs (the Illinois form of regula falsi, with a
    /// halving step where that is slow).
    static func root(in ends: ClosedRange<Double>, tolerance: Double, of f: (Double) -> Double) -> Double {
        var a = ends.lowerBound, b = ends.upperBound, atA = f(a), atB = f(b)
        if atA == 0 { return a }
        if atB == 0 { return b }
        precondition((atA < 0) != (atB < 0))
        var side = 0
        for step in 1...200 where b - a > tolerance {
            let middle = (a + b) / 2
            let secant = (a * atB - b * atA) / (atB - atA)
            let x = step % 4 == 0 || !(secant > a && secant < b) ? middle : secant
            let atX = f(x)
            if atX == 0 { return x }
            if (atX < 0) == (atA < 0) {
                a = x
                atA = atX
                if side == -1 { atB /= 2 }
                side = -1
            } else {
                b = x
                atB = atX
                if side == 1 { atA /= 2 }
                side = 1
            }
        }
        return (a + b) / 2
    }
}
