/// Whether what an instrument shows today lies outside of what it has shown on the days before: further from their median than
/// three robust standard deviations (1.4826 times the median absolute deviation; Rousseeuw & Croux 1993, *Alternatives to the
/// median absolute deviation*, J. Am. Stat. Assoc. 88, 1273-1283), and further than matters.
package struct Drift: Sendable, Equatable {
    /// Fewer say nothing of what is usual.
    package static let fewestDays = 5
    private static let deviations = 3.0
    private static let scale = 1.4826

    /// Median of the days before.
    package let usual: Double
    package let today: Double

    /// - Parameters:
    ///   - today: of what was seen so far.
    ///   - before: a value a day.
    ///   - leastChange: that matters, in the figure's own unit.
    /// - Returns: nil where nothing has changed, or too few days are known.
    package init?(today: Double, before: [Double], leastChange: Double) {
        guard before.count >= Self.fewestDays, today.isFinite, let usual = Self.median(before) else { return nil }
        let spread = Self.scale * (Self.median(before.map { abs($0 - usual) }) ?? 0)
        guard abs(today - usual) > max(Self.deviations * spread, leastChange) else { return nil }
        self.usual = usual
        self.today = today
    }

    /// Nil of none.
    package static func median(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted(), middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }
}
