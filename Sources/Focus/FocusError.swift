/// Why focal planes cannot be made one picture, or a focus cannot be found.
package struct FocusError: Error, Equatable, CustomStringConvertible {
    package enum Code: Sendable, Equatable {
        /// Fewer than two.
        case tooFewPlanes
        case differentSizes
        case differentFields
        /// Heights that do not follow each other.
        case badHeights
        /// Nowhere is anything to focus on.
        case nothingToSee
        case badRange
    }

    package let code: Code
    /// What is wrong, with the figures.
    package let message: String
    /// What to do about it.
    package let hint: String

    package init(_ code: Code, _ message: String, hint: String) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    package var description: String { "\(message); \(hint)" }
}
