/// Which grains lie in a field, one by one: where two of a species touch, its map does not tell.
package struct FieldOutlines: Decodable, Sendable {
    package struct Grain: Decodable, Sendable {
        /// A species' key.
        package let species: String
        /// A closed polygon in pixels, centres at whole numbers.
        package let outline: [[Double]]

        package init(species: String, outline: [[Double]]) {
            self.species = species
            self.outline = outline
        }

        enum CodingKeys: String, CodingKey {
            case species
            case outline = "outline_px"
        }
    }
    package let grains: [Grain]

    package init(grains: [Grain]) { self.grains = grains }
}
