/// Why fields cannot be simulated or written.
package struct SimulationError: Error, Equatable, CustomStringConvertible {
    package enum Code: Sendable, Equatable {
        case cannotWrite
        /// A world of this name does not exist.
        case noWorld
        /// A library of grains cannot be read, or is of another version.
        case badLibrary
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
