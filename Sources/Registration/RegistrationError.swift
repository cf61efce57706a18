/// Why two pictures were not brought together.
package struct RegistrationError: Error, CustomStringConvertible {
    package enum Code: Sendable {
        /// A picture shows nothing: one grey level.
        case empty
        /// The best position found is too uncertain to be used.
        case uncertain
    }

    package let code: Code
    /// One sentence: what failed, on what.
    package let message: String
    /// What to do about it.
    package let hint: String
    /// The best position found, where there is one.
    package let best: Registration?

    package init(_ code: Code, _ message: String, hint: String, best: Registration? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
        self.best = best
    }

    package var description: String { "\(message); \(hint)" }
}
