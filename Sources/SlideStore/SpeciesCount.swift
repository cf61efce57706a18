/// How many grains of a species were counted, and how many were not.
package struct SpeciesCount: Sendable, Equatable {
    /// Species key, or `unidentified`.
    package let species: String
    /// Statuses without grains are left out.
    package internal(set) var byStatus: [Standing.Status: Int]
    /// Of the counted ones, grains that touch the edge of their field.
    package internal(set) var onBorder: Int

    /// Counted ones.
    package var grains: Int { byStatus.reduce(0) { $0 + ($1.key.isCounted ? $1.value : 0) } }
}
