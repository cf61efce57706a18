/// What a person can say of grains.
package enum ReviewAction: String, Codable, Sendable, CaseIterable {
    /// They are what the machine says.
    case accept
    /// They are another species, or none of them (`unidentified`).
    case relabel
    /// They are no grains, or must not count.
    case reject
    /// They are one grain.
    case merge
    /// It is several grains.
    case split
    /// It is a grain of this outline: one that the lens missed, or one whose outline is put right.
    case draw
    /// The last review of the grain that is still in force does not hold.
    case undo
}
