internal import Glibc

/// The number that a failed system call left in errno.
struct SystemFailure: Error, Equatable {
    let errno: Int32

    var text: String { String(cString: strerror(errno)) }
}

/// What a signal that interrupts a system call (EINTR) leads to.
enum Interruption {
    /// The call is made again: it had no effect yet.
    case retries
    /// The failure is reported: for close(2), after which the descriptor is gone, and waits with a deadline.
    case ends
}

/// Every system call of this module goes through here.
@discardableResult
func syscall<Result: SignedInteger>(
    _ interruption: Interruption = .retries, _ body: () -> Result
) throws(SystemFailure) -> Result {
    while true {
        let result = body()
        if result != -1 { return result }
        let failure = SystemFailure(errno: errno)
        if failure.errno != EINTR || interruption == .ends { throw failure }
    }
}
