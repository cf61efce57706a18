/// Two readers with known errors name the same objects: what κ and the coefficient of variation of their counts say, against
/// what was put in.
package struct ReaderStudy: Sendable {
    /// A reader's errors.
    package struct Reader: Sendable {
        /// Of all grains, that he takes for no grain, 0...1.
        package let missed: Double
        /// Of the grains that he sees, that he names as the next species, 0...1.
        package let confused: Double
        /// Of other objects, that he takes for a grain of the first species, 0...1.
        package let invented: Double

        package init(missed: Double, confused: Double, invented: Double) {
            self.missed = missed
            self.confused = confused
            self.invented = invented
        }

        /// Of an object of a kind, that he names it so; kinds as rows, the last one no grain.
        func table(_ kinds: Int) -> [[Double]] {
            let none = kinds - 1
            return (0..<kinds).map { kind in
                var row = [Double](repeating: 0, count: kinds)
                if kind == none {
                    row[0] = invented
                    row[none] += 1 - invented
                } else {
                    row[none] = missed
                    row[(kind + 1) % none] += (1 - missed) * confused
                    row[kind] += (1 - missed) * (1 - confused)
                }
                return row
            }
        }
    }

    /// That the readers' errors make: of endlessly many objects.
    package let trueKappa: Double
    package let meanKappa: Double
    /// Share of readings whose interval holds the true κ, 0...1, of those that have one.
    package let coverage: Double
    /// Of all grains' expected counts, in percent.
    package let trueVariationPercent: Double
    /// Of what all readings together counted, in percent.
    package let variationPercent: Double
    /// Mean of the readings', in percent: chance adds to it.
    package let meanVariationPercent: Double
    /// Share of readings within the limit, 0...1.
    package let withinLimit: Double

    /// - Parameters:
    ///   - shares: of two species or more, and of what is no grain; together 1.
    ///   - objects: in a reading.
    package init(
        _ first: Reader, _ second: Reader, shares: [Double], objects: Int, readings: Int, seed: UInt64
    ) {
        let kinds = shares.count, none = kinds - 1
        let tables = [first.table(kinds), second.table(kinds)]
        var expected = [[Double]](repeating: [Double](repeating: 0, count: kinds), count: kinds)
        for kind in 0..<kinds {
            for one in 0..<kinds {
                for other in 0..<kinds {
                    expected[one][other] += shares[kind] * tables[0][kind][one] * tables[1][kind][other]
                }
            }
        }
        let rows = expected.map { $0.reduce(0, +) }
        let columns = (0..<kinds).map { column in expected.reduce(0) { $0 + $1[column] } }
        let chance = zip(rows, columns).reduce(0) { $0 + $1.0 * $1.1 }
        let observed = (0..<kinds).reduce(0) { $0 + expected[$1][$1] }
        let truth = (observed - chance) / (1 - chance)
        trueKappa = truth
        let (a, b) = (1 - rows[none], 1 - columns[none])
        trueVariationPercent = 100 * 2.0.squareRoot() * abs(a - b) / (a + b)

        var random = RandomCounts(seed: seed)
        func drawn(_ shares: [Double]) -> Int {
            var left = random.uniform()
            for (index, share) in shares.enumerated() {
                left -= share
                if left < 0 { return index }
            }
            return shares.count - 1
        }
        var kappas: [CohensKappa] = [], variations: [RepeatedCount] = [], sums = (0, 0)
        for _ in 0..<readings {
            var table = [[Int]](repeating: [Int](repeating: 0, count: kinds), count: kinds)
            for _ in 0..<objects {
                let kind = drawn(shares)
                table[drawn(tables[0][kind])][drawn(tables[1][kind])] += 1
            }
            if let kappa = CohensKappa(table) { kappas.append(kappa) }
            let counts = (
                objects - table[none].reduce(0, +), objects - table.reduce(0) { $0 + $1[none] }
            )
            sums = (sums.0 + counts.0, sums.1 + counts.1)
            if let repeated = RepeatedCount(counts.0, counts.1) { variations.append(repeated) }
        }
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }
        meanKappa = mean(kappas.map(\.value))
        coverage = mean(kappas.compactMap(\.interval).map { $0.contains(truth) ? 1 : 0 })
        variationPercent = RepeatedCount(sums.0, sums.1)?.variationPercent ?? 0
        meanVariationPercent = mean(variations.map(\.variationPercent))
        withinLimit = mean(variations.map { $0.isWithinLimit ? 1 : 0 })
    }
}
