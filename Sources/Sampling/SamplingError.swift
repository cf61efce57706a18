/// Why a sample, a plan or a value cannot be what was stated.
package struct SamplingError: Error, Equatable, CustomStringConvertible {
    package enum Code: Sendable {
        case badTime
        case unknownTimeZone
        /// An exposure that ends before it begins, lasts longer than the tape, or holds nothing of its day.
        case badExposure
        case badTrap
        case badPlan
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
