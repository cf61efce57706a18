/// Why the page cannot be served over TCP.
package struct PageError: Error, Equatable, CustomStringConvertible {
    /// One sentence: what failed, on what.
    package let message: String
    /// What to do about it.
    package let hint: String

    init(_ message: String, hint: String) {
        self.message = message
        self.hint = hint
    }

    package var description: String { "\(message); \(hint)" }
}
