/// The height at which a field is sharpest, found by hill climbing: up the slope in coarse steps until it falls again, then
/// with halved steps around the best, and at the end the vertex of a parabola.
///
/// It knows nothing of motors: whoever measures goes to the heights, always from the same side where the drive has
/// backlash.
package struct Autofocus: Sendable {
    /// What may be gone to, in µm.
    package var range: ClosedRange<Double>
    /// Of the climb, in µm: less than how far off focus a field still shows more contrast the nearer it comes.
    package var coarseStepMicrometres = 8.0
    /// At which the parabola is laid, in µm.
    package var fineStepMicrometres = 0.5

    /// Sharpness must change by this share over the range, or there is nothing to focus on.
    private static let leastRise = 0.03
    /// A step down by this share of what was won ends the climb; less may be noise.
    private static let fall = 0.1

    package init(range: ClosedRange<Double>) { self.range = range }

    package struct Found: Sendable, Equatable {
        package let heightMicrometres: Double
        /// Every height that was measured, in the order of measuring.
        package let curve: [Point]
        /// The sharpest height is at the end of the range: the focus may lie beyond.
        package let isAtLimit: Bool
    }

    package struct Point: Sendable, Equatable {
        package let heightMicrometres: Double
        package let sharpness: Double

        package init(heightMicrometres: Double, sharpness: Double) {
            self.heightMicrometres = heightMicrometres
            self.sharpness = sharpness
        }
    }

    /// - Parameters:
    ///   - start: height to begin at, in µm.
    ///   - measure: goes to a height in µm and tells how sharp the field is there.
    /// - Throws: what `measure` throws, `FocusError` where sharpness does not change with height.
    package func run(
        from start: Double, isolation: isolated (any Actor)? = #isolation, measure: (Double) async throws -> Double
    ) async throws -> Found {
        guard range.contains(start), coarseStepMicrometres >= fineStepMicrometres, fineStepMicrometres > 0 else {
            throw FocusError(
                .badRange,
                "the focus cannot be searched from \(start) µm in \(range.lowerBound) to \(range.upperBound) µm",
                hint: "begin within the limits of the drive")
        }
        var climb = Climb(range: range)
        try await climb.measure(start, isolation, measure)
        let step = min(coarseStepMicrometres, (range.upperBound - range.lowerBound) / 2)
        try await climb.measure(start + step, isolation, measure)
        try await climb.measure(start - step, isolation, measure)
        // Up the slope; on flat ground both ways, to the ends.
        while true {
            let best = climb.best
            let isFlat = climb.rise < Self.leastRise
            let (lowest, highest) = climb.span
            let isClimbing = { (end: Double) in
                let fallen = climb.best.sharpness - climb.sharpness(at: end)!
                return end == best.heightMicrometres
                    || (fallen < Self.fall * (climb.best.sharpness - climb.least) && isFlat == false
                        && abs(end - best.heightMicrometres) < 1.5 * step)
            }
            if highest < range.upperBound, isFlat || isClimbing(highest) {
                try await climb.measure(highest + step, isolation, measure)
            } else if lowest > range.lowerBound, isFlat || isClimbing(lowest) {
                try await climb.measure(lowest - step, isolation, measure)
            } else {
                break
            }
        }
        guard climb.rise >= Self.leastRise else {
            throw FocusError(
                .nothingToSee,
                "the field is as sharp at \(range.lowerBound) µm as at \(range.upperBound) µm: nothing is to be focused on",
                hint: "move to a field with grains, or bring it near the focus by hand")
        }
        var width = step / 2
        while true {
            let middle = climb.best.heightMicrometres
            // The side that is missing first, from below.
            try await climb.measure(middle - width, isolation, measure)
            try await climb.measure(middle + width, isolation, measure)
            let moved = climb.best.heightMicrometres != middle
            if width <= fineStepMicrometres, !moved { break }
            if !moved || width > fineStepMicrometres { width = max(width / 2, fineStepMicrometres) }
        }
        let best = climb.best.heightMicrometres
        return Found(
            heightMicrometres: climb.vertex(about: best, width), curve: climb.points,
            isAtLimit: best == range.lowerBound || best == range.upperBound)
    }

    private struct Climb {
        let range: ClosedRange<Double>
        var points: [Point] = []

        /// Of heights beyond the range the end is measured; none is measured twice.
        mutating func measure(
            _ height: Double, _ isolation: isolated (any Actor)?, _ measure: (Double) async throws -> Double
        ) async throws {
            let height = min(max(height, range.lowerBound), range.upperBound)
            guard sharpness(at: height) == nil else { return }
            points.append(Point(heightMicrometres: height, sharpness: try await measure(height)))
        }

        var best: Point { points.max { $0.sharpness < $1.sharpness }! }
        var least: Double { points.map(\.sharpness).min()! }
        /// Of the most over the least, as a share of the least.
        var rise: Double { least > 0 ? best.sharpness / least - 1 : best.sharpness > 0 ? .infinity : 0 }
        var span: (lowest: Double, highest: Double) {
            let heights = points.map(\.heightMicrometres)
            return (heights.min()!, heights.max()!)
        }

        func sharpness(at height: Double) -> Double? {
            points.first { abs($0.heightMicrometres - height) < 1e-6 }?.sharpness
        }

        /// Of the parabola through a height and those `width` beside it; the height itself at the end of the range.
        func vertex(about height: Double, _ width: Double) -> Double {
            guard let here = sharpness(at: height), let below = sharpness(at: height - width),
                let above = sharpness(at: height + width)
            else { return height }
            let bend = below + above - 2 * here
            guard bend < 0 else { return height }
            return height + min(1, max(-1, 0.5 * (below - above) / bend)) * width
        }
    }
}
