/// Why something could not be exported.
package struct ExportError: Error, Equatable, CustomStringConvertible {
    package enum Code: Sendable, Equatable {
        /// A picture cannot be encoded.
        case cannotEncode
        /// Asked for a capture that the report does not have, or for a file without pictures.
        case nothingToExport
        /// Counts and grains of the report do not agree.
        case contradictory
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
