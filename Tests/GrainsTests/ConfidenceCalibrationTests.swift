import Grains
import Testing

/// What the map's evidence is worth as a probability.
@Suite struct ConfidenceCalibrationTests {
    @Test func aTableIsReadBetweenItsPoints() throws {
        let table = try #require(
            ConfidenceCalibration([
                .init(evidence: 0.5, probability: 0.2), .init(evidence: 0.9, probability: 0.8),
                .init(evidence: 1, probability: 0.99),
            ]))
        #expect(table.probability(0.1) == 0.2)
        #expect(abs(table.probability(0.7) - 0.5) < 1e-12)
        #expect(table.probability(1) == 0.99)
        #expect(ConfidenceCalibration.identity.probability(0.37) == 0.37)
    }

    @Test(arguments: [
        [(0.5, 0.5), (0.5, 0.6)], [(0.6, 0.5), (0.5, 0.6)], [(0.5, 0.6), (0.6, 0.5)], [(0.5, 1.1)], [(-0.1, 0.5)],
        [(Double.nan, 0.5)],
    ])
    func aTableThatContradictsItselfIsNone(points: [(Double, Double)]) {
        #expect(ConfidenceCalibration(points.map { .init(evidence: $0.0, probability: $0.1) }) == nil)
    }

    /// Of evidence e, a share e² is right: the fit finds that curve again.
    @Test func theFitFindsTheShareThatIsRight() {
        var state: UInt64 = 7
        func uniform() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) / Double(1 << 53)
        }
        let seen = (0..<40_000).map { _ in
            let evidence = uniform()
            return (evidence: evidence, isRight: uniform() < evidence * evidence)
        }
        let fit = ConfidenceCalibration(fitting: seen, groupSize: 400)
        for evidence in stride(from: 0.05, through: 0.95, by: 0.1) {
            #expect(abs(fit.probability(evidence) - evidence * evidence) < 0.06, "\(evidence)")
        }
        // Rising, whatever the order of the input.
        #expect(zip(fit.points, fit.points.dropFirst()).allSatisfy { $0.probability <= $1.probability })
        #expect(ConfidenceCalibration(fitting: seen.reversed(), groupSize: 400).points.count == fit.points.count)
    }

    @Test func violatorsAreAveraged() {
        let right = [false, true, true, true, false, false, true, true, true, true]
        let seen = right.enumerated().map { (evidence: Double($0.offset) / 10, isRight: $0.element) }
        let fit = ConfidenceCalibration(fitting: seen, groupSize: 2)
        // Shares (right + 1) / (count + 2) of the groups: 1/2, 3/4, 1/4, 3/4, 3/4. The second and the third pool to 1/2.
        #expect(fit.points.map(\.probability) == [0.5, 0.75])
    }

    @Test func fewGrainsMakeNoCertainty() {
        let fit = ConfidenceCalibration(fitting: (0..<8).map { (evidence: 0.9 + 0.01 * Double($0), isRight: true) })
        #expect(fit.probability(0.95) == 0.9)
        #expect(ConfidenceCalibration(fitting: []).probability(0.6) == 0.6)
    }
}
