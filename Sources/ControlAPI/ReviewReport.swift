/// One entry of the history of reviews, which only grows.
package struct ReviewReport: Codable, Sendable, Equatable {
    package var id: Int64
    /// ISO 8601, UTC.
    package var at: String
    package var action: ReviewAction
    /// The grains it was said of.
    package var grains: [Int64]
    /// The grains that `merge` and `split` made.
    package var made: [Int64]
    @Nullable package var species: String?
    @Nullable package var reason: String?
    @Nullable package var note: String?
    /// Name of the person, where given.
    @Nullable package var reviewer: String?
    /// The user who connected: `uid=1000 gid=1000 pid=4711`.
    package var by: String
    /// The review that this one, an `undo`, took back.
    @Nullable package var undoes: Int64?
    /// The review that took this one back.
    @Nullable package var undoneBy: Int64?

    package init(
        id: Int64, at: String, action: ReviewAction, grains: [Int64], made: [Int64] = [], species: String? = nil,
        reason: String? = nil, note: String? = nil, reviewer: String? = nil, by: String, undoes: Int64? = nil,
        undoneBy: Int64? = nil
    ) {
        self.id = id
        self.at = at
        self.action = action
        self.grains = grains
        self.made = made
        self.species = species
        self.reason = reason
        self.note = note
        self.reviewer = reviewer
        self.by = by
        self.undoes = undoes
        self.undoneBy = undoneBy
    }
}
