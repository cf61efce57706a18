package import Grains

/// What one analysed field adds to the statistics of its slide.
package struct FieldTally: Sendable, Equatable {
    package let capture: Capture.ID
    /// In pixels.
    package let width: Int
    /// In pixels.
    package let height: Int
    /// Nil where unknown.
    package let nmPerPixel: Double?
    /// Which grains at the border were counted: it says which area they stand for.
    package let borderRule: BorderRule
    /// Nil where nobody tried to place it.
    package let placement: Placement?
    /// Which of its grains others show too, and which are dirt, is known.
    package let isJudged: Bool
    /// Grains by species and status, those that do not count included.
    package internal(set) var grains: [String: [Standing.Status: Int]]

    /// Counted grains of a species.
    package func counted(_ species: String) -> Int {
        (grains[species] ?? [:]).reduce(0) { $0 + ($1.key.isCounted ? $1.value : 0) }
    }
}
