package import Grains

/// A grain with its place in the store.
package struct StoredGrain: Sendable, Equatable, Identifiable {
    package enum Origin: String, Sendable, Equatable {
        case lens
        /// Drawn by a person, who merged or split others.
        case person
    }

    package let id: Int64
    package let run: Run.ID
    package let capture: Capture.ID
    /// 1, 2, ... within the capture's analysis, in reading order; those that people drew follow.
    package let number: Int
    package let origin: Origin
    /// As it was found or drawn; see `standing` for what it counts as.
    package let grain: Grain
    package let standing: Standing
    /// The latest review that holds: of the grain, or the one that drew it.
    package let lastReview: Review?
}
