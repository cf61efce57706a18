/// A grain that the readers differ in, of `GET /v1/second-readings/ID/differences`.
package struct SecondReadingDifference: Codable, Sendable, Equatable {
    package struct Settled: Codable, Sendable, Equatable {
        package var species: String
        package var by: String
        /// ISO 8601, UTC.
        package var at: String
        /// Null where nothing had to be reviewed.
        @Nullable package var review: Int64?

        package init(species: String, by: String, at: String, review: Int64?) {
            self.species = species
            self.by = by
            self.at = at
            self.review = review
        }
    }

    package var capture: Int64
    @Nullable package var grain: Int64?
    /// One that the second reader drew.
    @Nullable package var drawn: Int64?
    /// Keys of species, `unidentified` or `no-grain`.
    package var first: String
    package var second: String
    /// Null while nobody settled it.
    @Nullable package var settled: Settled?
    /// A review that merged, split or redrew the grain since has the last word.
    package var isReplaced: Bool

    package init(
        capture: Int64, grain: Int64?, drawn: Int64?, first: String, second: String, settled: Settled?, isReplaced: Bool
    ) {
        self.capture = capture
        self.grain = grain
        self.drawn = drawn
        self.first = first
        self.second = second
        self.settled = settled
        self.isReplaced = isReplaced
    }
}
