/// Why a motor did not do what it was asked. Whatever the reason, it was told to stop.
package struct StageError: Error, Equatable, CustomStringConvertible {
    package enum Code: Sendable, Equatable {
        case cannotOpen
        case noAnswer
        /// An answer that no such controller gives.
        case nonsense
        /// The line ended while it was in use.
        case lineCut
        /// The controller understood and does not do it.
        case refused
        /// The controller stopped by itself: a limit switch, a lost position.
        case alarm
        case outsideLimits
        case notArrived
        /// Somebody stopped it.
        case stopped
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
