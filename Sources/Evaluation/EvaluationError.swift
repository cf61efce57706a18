/// Why a lens could not be evaluated.
package struct EvaluationError: Error, Equatable, CustomStringConvertible {
    package enum Code: Sendable {
        case badLens
        case badDataset
        /// Lens and dataset do not belong together.
        case mismatch
        case cannotWrite
    }

    package let code: Code
    /// One sentence: what failed, on what.
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
