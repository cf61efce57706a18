internal import Foundation

/// How the density of a species on one slide compares with that on another, each slide with clumping of its own.
package struct DensityRatio: Sendable, Equatable {
    /// First over second; nil where the second slide has no grains.
    package let ratio: Double?
    /// 95 % interval.
    package let low: Double
    /// Nil where there is no upper limit: the second slide has no grains.
    package let high: Double?
    /// Of a difference as large between equal densities.
    package let pValue: Double

    /// The deviances of both slides add; the least sum over all pairs of densities in a ratio is the deviance of the
    /// ratio.
    package init(_ first: DensityEstimate, _ second: DensityEstimate) {
        ratio = second.grains == 0 ? nil : first.densityPerCm2 / second.densityPerCm2
        guard first.grains > 0 || second.grains > 0 else {
            (low, high, pValue) = (0, nil, 1)
            return
        }
        let pair = Pair(first: first.likelihood, second: second.likelihood)
        pValue = erfc((pair.deviance(logarithmOfRatio: 0) / 2).squareRoot())
        low = first.grains == 0 ? 0 : min(pair.limit(-1), ratio ?? .infinity)
        high = second.grains == 0 ? nil : max(pair.limit(1), ratio ?? 0)
    }

    private struct Pair {
        let first: CountLikelihood
        let second: CountLikelihood

        /// Logarithm of the likeliest density, grains per µm².
        private func peak(_ slide: CountLikelihood) -> Double { log(slide.mean / slide.fieldAreaUm2) }

        func deviance(logarithmOfRatio: Double) -> Double {
            func sum(_ second: Double) -> Double {
                self.first.deviance(mean: exp(second + logarithmOfRatio) * self.first.fieldAreaUm2)
                    + self.second.deviance(mean: exp(second) * self.second.fieldAreaUm2)
            }
            // Beyond both peaks both rise. A slide without grains has its peak at no density at all.
            let peaks = [peak(first) - logarithmOfRatio, peak(second)]
            var a = peaks.min()!, b = peaks.max()!
            if !a.isFinite { a = b - 30 }
            let golden = 0.618_033_988_749_895
            var left = b - golden * (b - a), right = a + golden * (b - a)
            var atLeft = sum(left), atRight = sum(right)
            while b - a > 1e-4 {
                if atLeft < atRight {
                    (b, right, atRight) = (right, left, atLeft)
                    left = b - golden * (b - a)
                    atLeft = sum(left)
                } else {
                    (a, left, atLeft) = (left, right, atRight)
                    right = a + golden * (b - a)
                    atRight = sum(right)
                }
            }
            return min(atLeft, atRight)
        }

        /// - Parameter side: -1 for the lower limit, 1 for the upper.
        func limit(_ side: Double) -> Double {
            func excess(_ ratio: Double) -> Double { deviance(logarithmOfRatio: ratio) - Numerics.chiSquared95 }
            var inside = peak(first) - peak(second)
            // Without grains on one slide the deviance falls all the way to its peak at infinity.
            if !inside.isFinite {
                let exact = Numerics.poissonLimits(count: 0).high
                let most = side > 0 ? first : second
                let unseen = log(exact / Double(most.fields) / most.fieldAreaUm2)
                inside = side > 0 ? unseen - peak(second) - 5 : peak(first) - unseen + 5
            }
            var width = 0.5 * side, outside = inside + width
            while excess(outside) < 0 {
                inside = outside
                width *= 2
                outside += width
            }
            return exp(Numerics.root(in: min(inside, outside)...max(inside, outside), tolerance: 1e-7, of: excess))
        }
    }
}
