package import ControlAPI

/// Why a request to the daemon brought nothing.
package struct ControlClientError: Error, Equatable, CustomStringConvertible {
    package enum Code: Sendable, Equatable {
        /// No daemon answers: not running, another socket, no permission, or it went away.
        case unreachable
        /// The daemon said no, and why.
        case refused(Problem)
        /// What came back is not this daemon's language.
        case notUnderstood
        /// A file that the command was given cannot be used.
        case cannotRead
        /// The result could not be written to a file.
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

    package init(_ problem: Problem) {
        self.init(.refused(problem), problem.detail, hint: problem.hint)
    }

    /// 69 (EX_UNAVAILABLE in sysexits.h) where no daemon answers, else 1.
    package var exitStatus: Int32 { code == .unreachable ? 69 : 1 }

    package var description: String { hint.isEmpty ? message : "\(message); \(hint)" }
}
