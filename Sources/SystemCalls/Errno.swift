import Glibc

/// A failed system call's `errno`.
package struct Errno: Error, Equatable, CustomStringConvertible {
    package let code: Int32

    package init(code: Int32) { self.code = code }

    /// glibc's own words, from memory of the calling thread (glibc 2.32 and later).
    package var description: String { String(cString: strerror(code)) }
}

/// What a signal that interrupts a system call (EINTR) leads to.
package enum Interruption {
    /// The call is made again: it had no effect yet.
    case retries
    /// The failure is reported: for close(2), after which the descriptor is gone, and waits with a deadline.
    case ends
}

/// Makes a system call; a negative result becomes the `errno`.
@discardableResult
package func systemCall<Result: SignedInteger>(
    interrupted interruption: Interruption = .retries, _ call: () -> Result
) throws(Errno) -> Result {
    while true {
        let result = call()
        if result >= 0 { return result }
        let code = errno
        if code != EINTR || interruption == .ends { throw Errno(code: code) }
    }
}
