/// Why a picture could not be read, written or changed.
package struct ImagingError: Error, Equatable, CustomStringConvertible {
    package enum Code: Sendable, Equatable {
        /// Not a picture in a format this module reads, or one cut short.
        case unreadable
        /// A picture beyond the stated limits.
        case tooLarge
        case cannotEncode
        /// The machine had no memory for it; it may have in a moment.
        case outOfMemory
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

    /// Whether the same may go well in a moment.
    package var isPassing: Bool { code == .outOfMemory }

    package var description: String { "\(message); \(hint)" }
}
