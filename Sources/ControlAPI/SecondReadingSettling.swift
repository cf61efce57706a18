/// Body of `POST /v1/second-readings/ID/differences`: the last word on a grain that the readers differ in. It becomes a review.
package struct SecondReadingSettling: CheckedRequest, Equatable {
    package var grain: Int64?
    /// One that the second reader drew.
    package var drawn: Int64?
    /// Key of a species, `unidentified`, or `no-grain`.
    package var species: String
    /// Who settles it; the user who connected is recorded anyway.
    package var reviewer: String?

    package init(grain: Int64? = nil, drawn: Int64? = nil, species: String, reviewer: String? = nil) {
        self.grain = grain
        self.drawn = drawn
        self.species = species
        self.reviewer = reviewer
    }

    package var fault: Problem? {
        guard (grain != nil) != (drawn != nil) else {
            return Problem(
                .invalidReading, "one difference is settled at a time", hint: "name a grain, or one that was drawn")
        }
        return nil
    }
}
