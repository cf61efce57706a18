/// Why a lens was refused, or why it cannot be applied to a field.
package struct LensError: Error, Equatable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// The folder, its manifest or one of its files is missing or cannot be read.
        case unreadable
        /// The manifest contradicts itself or names what is not there.
        case badManifest
        /// A file is not the one the manifest was made for.
        case wrongHash
        /// The networks do not compute what they computed when the lens was made.
        case wrongResult
        /// The field's scale is not known.
        case unknownScale
        /// The field is too large or too small once resampled to the lens's scale.
        case wrongSize
        /// Too few fields to learn from.
        case tooFewFields
        /// The caller asked to stop.
        case cancelled
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
