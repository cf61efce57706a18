/// Agreement of two readers who named the same objects, beyond what chance alone would bring (Cohen, *A coefficient of
/// agreement for nominal scales*, Educational and Psychological Measurement 20 (1960) 37-46):
/// κ = (p_o - p_e) / (1 - p_e), with the share p_o of objects that both named alike, and the share p_e of those that they
/// would name alike by chance if each kept to his own shares of the categories.
package struct CohensKappa: Sendable, Equatable {
    /// 1 where they agree on all, 0 where they agree as by chance, below where they agree less.
    package let value: Double
    /// Large-sample standard error, by Fleiss, Cohen & Everitt, *Large sample standard errors of kappa and weighted kappa*,
    /// Psychological Bulletin 72 (1969) 323-327:
    ///
    /// n (1 - p_e)² var κ = Σ_i p_ii [1 - (p_i. + p_.i)(1 - κ)]² + (1 - κ)² Σ_i≠j p_ij (p_.i + p_j.)² - [κ - p_e (1 - κ)]²
    package let standardError: Double
    /// κ ± 1.96 standard errors within -1...1, of 95 %. Nil where all are named alike, or none as by the other: the formula's
    /// width is none then, whatever their number, and says nothing.
    package let interval: ClosedRange<Double>?
    /// p_o, 0...1.
    package let observedAgreement: Double
    /// p_e, 0...1.
    package let agreementByChance: Double

    /// Of the normal distribution.
    private static let quantile975 = 1.959_963_984_540_054

    /// - Parameter table: objects by the first reader's category (row) and the second's (column); square, not negative.
    /// - Returns: nil where κ is undefined: no object, or both readers named all of them by the one same category, so that
    ///   chance alone would bring agreement.
    package init?(_ table: [[Int]]) {
        precondition(table.allSatisfy { $0.count == table.count && $0.allSatisfy { $0 >= 0 } })
        let total = Double(table.joined().reduce(0, +))
        guard total > 0 else { return nil }
        let shares = table.map { $0.map { Double($0) / total } }
        let first = shares.map { $0.reduce(0, +) }
        let second = shares.indices.map { column in shares.reduce(0) { $0 + $1[column] } }
        let observed = shares.indices.reduce(0) { $0 + shares[$1][$1] }
        let chance = zip(first, second).reduce(0) { $0 + $1.0 * $1.1 }
        guard 1 - chance > 1e-12 else { return nil }
        let kappa = (observed - chance) / (1 - chance)
        var sum = 0.0
        for i in shares.indices {
            for j in shares.indices {
                if i == j {
                    let term = 1 - (first[i] + second[i]) * (1 - kappa)
                    sum += shares[i][i] * term * term
                } else {
                    let term = (1 - kappa) * (second[i] + first[j])
                    sum += shares[i][j] * term * term
                }
            }
        }
        let last = kappa - chance * (1 - kappa)
        let variance = max(0, sum - last * last) / (total * (1 - chance) * (1 - chance))
        value = kappa
        standardError = variance.squareRoot()
        observedAgreement = observed
        agreementByChance = chance
        let half = Self.quantile975 * standardError
        interval = standardError > 1e-6 ? max(-1, kappa - half)...min(1, kappa + half) : nil
    }

    /// The same of one category against all others.
    package init?(_ table: [[Int]], ofCategory category: Int) {
        let both = table[category][category]
        let first = table[category].reduce(0, +) - both
        let second = table.reduce(0) { $0 + $1[category] } - both
        self.init([[both, first], [second, table.joined().reduce(0, +) - both - first - second]])
    }
}
