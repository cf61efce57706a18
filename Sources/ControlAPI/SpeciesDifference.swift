/// One species in two runs: an element of `RunDifference`.
package struct SpeciesDifference: Codable, Sendable, Equatable {
    /// Scientific name, or `unidentified`.
    package var species: String
    package var key: String
    /// Grains in the first run: `matched`, `relabelled` and `onlyInFirst` together.
    package var first: Int
    /// Grains in the second run.
    package var second: Int
    /// In both runs, and of this species in both.
    package var matched: Int
    package var onlyInFirst: Int
    package var onlyInSecond: Int
    /// In both runs, of this species in the first and of another in the second.
    package var relabelled: Int

    package init(
        species: String, key: String, first: Int, second: Int, matched: Int, onlyInFirst: Int, onlyInSecond: Int,
        relabelled: Int
    ) {
        self.species = species
        self.key = key
        self.first = first
        self.second = second
        self.matched = matched
        self.onlyInFirst = onlyInFirst
        self.onlyInSecond = onlyInSecond
        self.relabelled = relabelled
    }
}
