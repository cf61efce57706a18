/// Why a data set, a checkpoint or a training run was refused or stopped.
package struct TrainingError: Error, Equatable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// A folder or file is missing or cannot be read.
        case unreadable
        /// The data set contradicts itself: a missing partner, differing sizes, an unknown species.
        case badDataSet
        /// Options that no training can have.
        case badOptions
        /// The checkpoint is damaged, or of another network, another data set or other options.
        case wrongCheckpoint
        /// A loss or a weight is infinite or not a number.
        case diverged
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
