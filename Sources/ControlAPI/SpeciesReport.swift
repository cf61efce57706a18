/// A species that grains may be called: of the lens in use, or one that people added. One of `GET /v1/species`.
package struct SpeciesReport: Codable, Sendable, Equatable {
    /// Short name for file names and arguments: `iva`.
    package var key: String
    /// Scientific name: `Iva xanthiifolia`.
    package var name: String
    /// Display colour, `#rrggbb`.
    package var colour: String
    /// The lens in use finds it by itself.
    package var isOfLens: Bool

    package init(key: String, name: String, colour: String, isOfLens: Bool) {
        self.key = key
        self.name = name
        self.colour = colour
        self.isOfLens = isOfLens
    }
}
