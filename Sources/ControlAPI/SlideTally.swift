/// The counts of a slide after a change: the `counts` event.
package struct SlideTally: Codable, Sendable, Equatable {
    package var slide: String
    /// Identified grains: the sum over `species`.
    package var total: Int
    package var species: [GrainCount]
    package var unidentified: Int

    package init(slide: String, species: [GrainCount], unidentified: Int) {
        self.slide = slide
        total = species.reduce(0) { $0 + $1.grains }
        self.species = species
        self.unidentified = unidentified
    }
}
