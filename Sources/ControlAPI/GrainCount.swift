/// How many grains of one species, where nothing more is known of them: in the live view and in events.
package struct GrainCount: Codable, Sendable, Equatable {
    /// Short name: `iva`.
    package var key: String
    /// Scientific name.
    package var species: String
    package var grains: Int

    package init(key: String, species: String, grains: Int) {
        self.key = key
        self.species = species
        self.grains = grains
    }
}
