/// Why labels do not make a lesson, or a lesson no lens.
package struct TeachingError: Error, Equatable, CustomStringConvertible {
    package enum Code: Sendable {
        /// The labels do not suffice, or do not fit each other.
        case badLabels
        /// The network to start from cannot be taught what was asked.
        case badStart
        /// A file cannot be read or written.
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
