package import Foundation

/// What a person said about grains. Reviews are only ever added; `undo` is one more.
package struct Review: Sendable, Equatable, Identifiable {
    package enum Action: String, Sendable, Equatable, CaseIterable {
        case accept, relabel, reject, merge, split, draw, undo
    }

    package let id: Int64
    package let run: Run.ID
    package let at: Date
    package let agent: Agent
    package let action: Action
    /// Reviewed grains: several for a merge, none for a grain that was drawn where nothing was found, one for others.
    package let grains: [StoredGrain.ID]
    /// Grains that it drew: one for a merge and a drawn outline, several for a split.
    package let made: [StoredGrain.ID]
    /// The new species of a relabelled grain.
    package let species: String?
    /// Why a grain was rejected.
    package let reason: String?
    package let note: String
    /// The review that an `undo` takes back.
    package let undoes: Review.ID?
    /// The `undo` that took it back.
    package let undoneBy: Review.ID?
}
