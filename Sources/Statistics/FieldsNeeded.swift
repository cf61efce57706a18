/// How many more fields a precision asks for.
package enum FieldsNeeded: Sendable, Equatable {
    /// Of the mean area so far; 0 where the precision is reached.
    case more(Int)
    /// One field does not show how clumped the grains lie.
    case tooFewFields
    case noGrains
}
