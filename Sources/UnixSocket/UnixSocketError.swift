/// Why a Unix socket could not be addressed, opened or used.
package struct UnixSocketError: Error, Equatable, CustomStringConvertible {
    package enum Code: Sendable, Equatable {
        case pathTooLong
        case pathNotAllowed
        /// A running process answers at the path or holds its lock.
        case inUse
        /// Something that is not a socket is at the path.
        case notASocket
        /// The descriptor handed over by the service manager is not a listening Unix socket.
        case notListening
        /// A system call failed.
        case system(errno: Int32)
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
