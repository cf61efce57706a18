internal import Foundation
internal import Imaging
package import Pairing

/// Table 1 of the paper over all grains with spines: where generated spines stand against true ones.
///
/// Spines are found by the same detector in both pictures, inside the grain's outline by at least half a micrometre.
/// A spine of the true picture counts where a tip of the truth confirms it. Two spines are a pair where each is the
/// other's nearest and they are at most 1.2 µm apart, half the usual distance between spines; the larger that limit,
/// the larger the standard deviation that chance alone gives, which is why ``chance`` stands beside it.
package struct SpineAgreement: Codable, Sendable, Equatable {
    /// Errors of pairs, generated less true, in pixels.
    package struct Errors: Codable, Sendable, Equatable {
        package private(set) var count = 0
        private var sumX = 0.0, sumY = 0.0, sumXX = 0.0, sumYY = 0.0

        mutating func add(_ error: SIMD2<Double>) {
            count += 1
            sumX += error.x
            sumY += error.y
            sumXX += error.x * error.x
            sumYY += error.y * error.y
        }

        package var meanX: Double { count == 0 ? 0 : sumX / Double(count) }
        package var meanY: Double { count == 0 ? 0 : sumY / Double(count) }
        package var deviationX: Double { deviation(sumX, sumXX) }
        package var deviationY: Double { deviation(sumY, sumYY) }

        private func deviation(_ sum: Double, _ squares: Double) -> Double {
            count < 2 ? 0 : max(0, (squares - sum * sum / Double(count)) / Double(count - 1)).squareRoot()
        }
    }

    package let nmPerPixel: Double
    /// Spines found in the true picture and confirmed by the truth.
    package private(set) var trueSpines = 0
    /// Spots found in the generated picture within the same bounds.
    package private(set) var generatedSpines = 0
    /// Spines of the truth within the bounds, found or not.
    package private(set) var tips = 0
    /// Generated against true picture, as the paper.
    package private(set) var paired = Errors()
    /// Generated picture against the tips of the truth.
    package private(set) var againstTips = Errors()
    /// True picture against the tips of the truth: what the detector itself adds.
    package private(set) var detector = Errors()
    /// The generated spines against the true ones turned about the grain's middle by 37 degrees: what chance gives.
    package private(set) var chance = Errors()

    package init(nmPerPixel: Double) { self.nmPerPixel = nmPerPixel }

    /// Share of the true spines that have a generated partner.
    package var recall: Double { trueSpines == 0 ? 0 : Double(paired.count) / Double(trueSpines) }
    /// Share of the generated spines that have a true partner.
    package var precision: Double { generatedSpines == 0 ? 0 : Double(paired.count) / Double(generatedSpines) }
    package var chanceRecall: Double { trueSpines == 0 ? 0 : Double(chance.count) / Double(trueSpines) }

    /// Adds the grains of a field.
    /// - Parameters:
    ///   - generated, trueSpots: what ``SpineDetector`` found in each picture.
    package mutating func add(_ truth: FieldTruth, generated: [SIMD2<Double>], trueSpots: [SIMD2<Double>]) {
        let inset = 500 / nmPerPixel, reach = 1200 / nmPerPixel
        for grain in truth.grains {
            guard let spines = grain.spines, spines.count >= 5 else { continue }
            let outline = grain.outline.map { SIMD2($0[0], $0[1]) }
            func inner(_ points: [SIMD2<Double>]) -> [SIMD2<Double>] {
                points.filter { outline.holds($0, inset: inset) }
            }
            let tips = inner(spines.map { SIMD2($0[0], $0[1]) })
            let drawn = inner(generated), seen = inner(trueSpots)
            let confirmed = Self.pairs(seen, tips, reach: reach)
            for (spot, tip) in confirmed { detector.add(spot - tip) }
            let spots = confirmed.map(\.0)
            self.tips += tips.count
            trueSpines += spots.count
            generatedSpines += drawn.count
            for (a, b) in Self.pairs(drawn, spots, reach: reach) { paired.add(a - b) }
            for (a, b) in Self.pairs(drawn, tips, reach: reach) { againstTips.add(a - b) }
            let middle = outline.reduce(.zero, +) / Double(outline.count)
            let c = cos(37 * Double.pi / 180), s = sin(37 * Double.pi / 180)
            let turned = spots.map { p in
                let d = p - middle
                return middle + SIMD2(c * d.x - s * d.y, s * d.x + c * d.y)
            }
            for (a, b) in Self.pairs(drawn, turned, reach: reach) { chance.add(a - b) }
        }
    }

    /// Pairs of points that are each other's nearest.
    private static func pairs(
        _ a: [SIMD2<Double>], _ b: [SIMD2<Double>], reach: Double
    ) -> [(SIMD2<Double>, SIMD2<Double>)] {
        func nearest(_ p: SIMD2<Double>, _ among: [SIMD2<Double>]) -> Int? {
            among.indices.min { (among[$0] - p).squaredLength < (among[$1] - p).squaredLength }
        }
        return a.indices.compactMap { i in
            guard let j = nearest(a[i], b), nearest(b[j], a) == i, (a[i] - b[j]).squaredLength <= reach * reach else {
                return nil
            }
            return (a[i], b[j])
        }
    }
}

extension SIMD2<Double> {
    fileprivate var squaredLength: Double { (self * self).sum() }
}

extension [SIMD2<Double>] {
    /// Whether a point lies inside this polygon and at least `inset` away from it.
    fileprivate func holds(_ p: SIMD2<Double>, inset: Double) -> Bool {
        var isInside = false
        for (index, a) in enumerated() {
            let b = self[(index + 1) % count]
            if (a.y <= p.y) != (b.y <= p.y), p.x < a.x + (p.y - a.y) / (b.y - a.y) * (b.x - a.x) { isInside.toggle() }
            let along = b - a
            let length = along.squaredLength
            let t = length == 0 ? 0 : Swift.max(0, Swift.min(1, ((p - a) * along).sum() / length))
            if (p - a - along * t).squaredLength < inset * inset { return false }
        }
        return isInside
    }
}
