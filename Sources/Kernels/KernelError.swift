/// Why the engine cannot compute as it was told to.
package struct KernelError: Error, Equatable, CustomStringConvertible {
    /// One sentence: what failed, on what.
    package let message: String
    /// What to do about it.
    package let hint: String

    package var description: String { "\(message); \(hint)" }
}
