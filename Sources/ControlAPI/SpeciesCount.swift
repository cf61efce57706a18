/// How many grains of one species.
package struct SpeciesCount: Codable, Sendable, Equatable {
    /// Scientific name: `Iva xanthiifolia`.
    package var species: String
    /// Short name: `iva`.
    package var key: String
    package var grains: Int

    package init(species: String, key: String, grains: Int) {
        self.species = species
        self.key = key
        self.grains = grains
    }
}
