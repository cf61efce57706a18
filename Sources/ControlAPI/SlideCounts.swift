/// `GET /v1/slides/NAME/counts`: the counts of all captures of a slide.
package struct SlideCounts: Codable, Sendable, Equatable {
    package var slide: String
    /// Captures whose results are stored.
    package var captures: Int
    /// Identified grains: the sum over `species`.
    package var total: Int
    /// Every species of the lens, zero counts too.
    package var species: [SpeciesCount]
    /// Objects that are none of the species.
    package var unidentified: Int

    package init(slide: String, captures: Int, species: [SpeciesCount], unidentified: Int) {
        self.slide = slide
        self.captures = captures
        total = species.reduce(0) { $0 + $1.grains }
        self.species = species
        self.unidentified = unidentified
    }
}
