/// `GET /v1/slides/NAME/difference?run=RUN&to=RUN`: what two runs make of the same captures.
package struct RunDifference: Codable, Sendable, Equatable {
    package var slide: String
    package var first: RunReference
    package var second: RunReference
    /// Every species of either lens, then `unidentified`.
    package var species: [SpeciesDifference]

    package init(slide: String, first: RunReference, second: RunReference, species: [SpeciesDifference]) {
        self.slide = slide
        self.first = first
        self.second = second
        self.species = species
    }
}
