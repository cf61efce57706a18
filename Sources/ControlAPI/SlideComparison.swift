/// `GET /v1/slides/NAME/comparison?with=OTHER`: the densities of two slides beside each other.
package struct SlideComparison: Codable, Sendable, Equatable {
    /// Name of the slide that the comparison was asked of.
    package var first: String
    /// Name of the slide it is compared with.
    package var second: String
    /// Every species that either slide's lens knows.
    package var species: [SpeciesComparison]

    package init(first: String, second: String, species: [SpeciesComparison]) {
        self.first = first
        self.second = second
        self.species = species
    }
}
