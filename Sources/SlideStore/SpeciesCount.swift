/// How many grains of a species were counted.
package struct SpeciesCount: Sendable, Equatable {
    /// Species key, or `unidentified`.
    package let species: String
    package let grains: Int
    /// Of these, grains that touch the edge of their field.
    package let onBorder: Int
}
