/// Why pictures did not become a dataset, or a dataset cannot be read.
package struct PairingError: Error, Equatable, CustomStringConvertible {
    package enum Code: Sendable {
        /// A file or folder cannot be read, or is not what it should be.
        case unreadable
        case cannotWrite
        /// A picture has no partner.
        case missingPartner
        /// Pictures of one field differ in size.
        case sizesDiffer
        /// The label file is malformed, or names what is not there.
        case badLabel
        /// The pictures of a pair do not clearly show the same field.
        case noMatch
        /// The options contradict each other or the pictures.
        case badRequest
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
