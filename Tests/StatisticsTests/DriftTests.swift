import Statistics
import Testing

/// By hand.
struct DriftTests {
    private let before = [0.80, 0.82, 0.78, 0.81, 0.79]

    @Test func whatIsUsualIsNoDrift() {
        // Median 0.80, median absolute deviation 0.01: three deviations are 0.0445.
        #expect(Drift(today: 0.84, before: before, leastChange: 0.01) == nil)
        #expect(Drift(today: 0.76, before: before, leastChange: 0.01) == nil)
        #expect(Drift(today: 0.70, before: before, leastChange: 0.15) == nil)
    }

    @Test func whatIsNotIs() throws {
        let drift = try #require(Drift(today: 0.75, before: before, leastChange: 0.01))
        #expect(drift.usual == 0.80 && drift.today == 0.75)
        #expect(Drift(today: 0.86, before: before, leastChange: 0.01) != nil)
        // One odd day before does not hide it.
        #expect(Drift(today: 0.6, before: before + [0.2], leastChange: 0.1) != nil)
    }

    @Test func fewDaysSayNothing() {
        #expect(Drift(today: 0.2, before: Array(before.prefix(4)), leastChange: 0) == nil)
        #expect(Drift(today: .nan, before: before, leastChange: 0) == nil)
        #expect(Drift.median([]) == nil && Drift.median([3, 1]) == 2 && Drift.median([5, 1, 2]) == 2)
    }
}
