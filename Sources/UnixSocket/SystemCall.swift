import Glibc

/// A failed system call's `errno`.
package struct Errno: Error, Equatable, CustomStringConvertible {
    package let code: Int32

    package init(code: Int32) { self.code = code }

    /// glibc's own words, from memory of the calling thread (glibc 2.32 and later).
    package var description: String { String(cString: strerror(code)) }
}

/// Calls until no signal interrupts; a negative result becomes the `errno`.
package func retryingOnInterrupt<Result: SignedInteger>(_ call: () -> Result) throws(Errno) -> Result {
    while true {
        let result = call()
        if result >= 0 { return result }
        let code = errno
        if code != EINTR { throw Errno(code: code) }
    }
}
