/// Why a weight file or a network could not be read, planned, run or written.
package struct NetworkError: Error, Equatable, CustomStringConvertible {
    package enum Code: Sendable, Equatable {
        /// The file cannot be opened or read.
        case unreadable
        /// Not a safetensors file, or one damaged or cut short.
        case malformed
        /// A sound file with other tensors than the ones wanted.
        case foreign
        /// A tensor of another shape or number type than its place asks for.
        case wrongShape
        /// NaN or infinite numbers.
        case notFinite
        /// A height or width that does not fit the network's depth, or a network beyond the stated limits.
        case wrongSize
        case cannotWrite
        /// The system does not give the memory that a network takes.
        case outOfMemory
        /// The processor lacks what the engine is told to use.
        case noKernel
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
