/// What share of grains is right at a given evidence: turns the map's evidence into a probability.
///
/// A line through points of rising evidence; level beyond the first and the last.
package struct ConfidenceCalibration: Sendable, Equatable {
    package struct Point: Sendable, Equatable {
        /// Share of the map's evidence for the winning class, 0...1.
        package var evidence: Double
        /// Share of grains of that evidence that are right, 0...1.
        package var probability: Double

        package init(evidence: Double, probability: Double) {
            self.evidence = evidence
            self.probability = probability
        }
    }

    package let points: [Point]

    /// - Parameter points: nil is returned unless evidence rises, probability does not fall and both lie in 0...1;
    ///   without points confidence is the evidence itself.
    package init?(_ points: [Point]) {
        for (one, next) in zip(points, points.dropFirst()) {
            guard one.evidence < next.evidence, one.probability <= next.probability else { return nil }
        }
        guard points.allSatisfy({ (0...1).contains($0.evidence) && (0...1).contains($0.probability) }) else {
            return nil
        }
        self.points = points
    }

    private init(fitted points: [Point]) { self.points = points }

    /// Confidence is the evidence itself.
    package static let identity = ConfidenceCalibration(fitted: [])

    package func probability(_ evidence: Double) -> Double {
        guard let first = points.first, let last = points.last else { return evidence }
        if evidence <= first.evidence { return first.probability }
        if evidence >= last.evidence { return last.probability }
        let above = points.firstIndex { $0.evidence > evidence }!
        let (low, high) = (points[above - 1], points[above])
        let share = (evidence - low.evidence) / (high.evidence - low.evidence)
        return low.probability + share * (high.probability - low.probability)
    }

    /// Grains that a share is told from.
    package static let usualGroupSize = 25

    /// The rising curve nearest to what was seen: isotonic regression by pooling adjacent violators (Ayer et al., Ann.
    /// Math. Stat. 26 (1955) 641), of groups of `groupSize` grains, each with one right and one wrong grain more than
    /// seen (Laplace), so that few grains never make certainty.
    package init(fitting grains: [(evidence: Double, isRight: Bool)], groupSize: Int = usualGroupSize) {
        precondition(groupSize > 0, "a group holds a grain")
        let sorted = grains.filter { $0.evidence.isFinite }.sorted { $0.evidence < $1.evidence }
        struct Pool {
            var count: Double
            var right: Double
            var evidence: Double
            var share: Double { right / count }
        }
        var pools: [Pool] = []
        for start in stride(from: 0, to: sorted.count, by: groupSize) {
            let group = sorted[start..<min(start + groupSize, sorted.count)]
            let count = Double(group.count)
            pools.append(
                Pool(
                    count: count, right: count * (Double(group.count { $0.isRight }) + 1) / (count + 2),
                    evidence: group.map(\.evidence).reduce(0, +)))
            while pools.count > 1, pools[pools.count - 2].share >= pools[pools.count - 1].share {
                let last = pools.removeLast()
                pools[pools.count - 1].count += last.count
                pools[pools.count - 1].right += last.right
                pools[pools.count - 1].evidence += last.evidence
            }
        }
        var points: [Point] = []
        for pool in pools {
            let point = Point(evidence: min(1, max(0, pool.evidence / pool.count)), probability: pool.share)
            if points.last.map({ $0.evidence < point.evidence }) ?? true { points.append(point) }
        }
        self.points = points
    }
}
