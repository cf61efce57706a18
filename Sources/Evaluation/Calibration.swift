/// Whether confidence means what it says: of the grains counted at a confidence, how many are right.
package struct Calibration: Codable, Sendable, Equatable {
    package struct Bin: Codable, Sendable, Equatable {
        package var count = 0
        /// Sums over the grains of the bin.
        package var confidence = 0.0
        package var right = 0

        package var meanConfidence: Double { count == 0 ? 0 : confidence / Double(count) }
        package var accuracy: Double { count == 0 ? 0 : Double(right) / Double(count) }
    }

    /// Ten bins of equal width over 0...1.
    package private(set) var bins = [Bin](repeating: Bin(), count: 10)

    package init() {}

    package mutating func add(confidence: Double, isRight: Bool) {
        let bin = max(0, min(9, Int(confidence * 10)))
        bins[bin].count += 1
        bins[bin].confidence += confidence
        if isRight { bins[bin].right += 1 }
    }

    package var count: Int { bins.map(\.count).reduce(0, +) }

    /// Mean of |accuracy - confidence| over the bins, weighted by their grains (Naeini et al., AAAI 2015).
    package var expectedError: Double {
        if count == 0 { return 0 }
        return bins.map { Double($0.count) * abs($0.accuracy - $0.meanConfidence) }.reduce(0, +) / Double(count)
    }
}
