import Statistics
import Testing

/// Expected values are statsmodels 0.14's `cohens_kappa` (kappa, `std_kappa`, `kappa_low`, `kappa_upp`), whose kappa
/// scikit-learn's `cohen_kappa_score` agrees with; `Fixtures/oracle.py` prints them.
struct KappaTests {
    private func expect(
        _ table: [[Int]], _ value: Double, _ error: Double, _ low: Double, _ high: Double,
        _ place: SourceLocation = #_sourceLocation
    ) throws {
        let kappa = try #require(CohensKappa(table), sourceLocation: place)
        #expect(abs(kappa.value - value) < 1e-12 && abs(kappa.standardError - error) < 1e-12, sourceLocation: place)
        let interval = try #require(kappa.interval, sourceLocation: place)
        #expect(abs(interval.lowerBound - low) < 1e-9 && abs(interval.upperBound - high) < 1e-9, sourceLocation: place)
    }

    static let pollen = [[52, 3, 0, 2], [4, 31, 1, 0], [0, 2, 9, 1], [3, 0, 0, 12]]

    @Test func valuesAndIntervalsAreThoseOfOthers() throws {
        try expect(
            [[44, 5, 1], [7, 20, 3], [9, 5, 6]], 0.49152542372881347, 0.07212745929334068, 0.35015820121748686,
            0.6328926462401401)
        try expect(Self.pollen, 0.7956577266922095, 0.04736846887751119, 0.7028172336894811, 0.8884982196949378)
        // Not symmetric: rows and columns must not be mixed up.
        try expect(
            [[10, 30], [0, 60]], 0.2857142857142855, 0.07636035483212125, 0.1360507403966287, 0.4353778310319423)
        let (first, second) = (try #require(CohensKappa([[10, 30], [0, 60]])), CohensKappa([[10, 0], [30, 60]]))
        #expect(abs(first.value - second!.value) < 1e-12 && abs(first.standardError - second!.standardError) < 1e-12)
    }

    @Test func oneCategoryAgainstTheRest() throws {
        let expected = [
            (0.7998331943286072, 0.05478643448697284), (0.8015873015873015, 0.05986567998082188),
            (0.8000000000000002, 0.09679876032264036), (0.7714285714285712, 0.08953332042194212),
        ]
        for (category, (value, error)) in expected.enumerated() {
            let kappa = try #require(CohensKappa(Self.pollen, ofCategory: category))
            #expect(abs(kappa.value - value) < 1e-12 && abs(kappa.standardError - error) < 1e-12)
        }
    }

    @Test func whatSaysNothingIsNotSaid() throws {
        #expect(CohensKappa([]) == nil && CohensKappa([[0, 0], [0, 0]]) == nil)
        // One category only.
        #expect(CohensKappa([[17]]) == nil && CohensKappa([[17, 0], [0, 0]]) == nil)
        #expect(CohensKappa([[17, 0], [0, 3]], ofCategory: 0) != nil)
        // Perfect, and never alike: the formula has no width.
        let perfect = try #require(CohensKappa([[5, 0], [0, 3]]))
        #expect(perfect.value == 1 && perfect.interval == nil && perfect.observedAgreement == 1)
        let never = try #require(CohensKappa([[0, 20], [20, 0]]))
        #expect(abs(never.value + 1) < 1e-12 && never.interval == nil)
        // One kept to one category, the other did not: no more than chance.
        let chance = try #require(CohensKappa([[8, 2], [0, 0]]))
        #expect(abs(chance.value) < 1e-12 && abs(chance.agreementByChance - 0.8) < 1e-12)
    }
}
