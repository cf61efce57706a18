import Glibc

/// Turns signals into bytes that poll(2) can wait for. There is one a process.
struct SignalPipe {
    /// Readable when a signal has come.
    let descriptor: Int32

    /// Where the handler writes to. Set once, before any handler that reads it is installed.
    private nonisolated(unsafe) static var end: Int32 = -1

    init(_ signals: [Int32]) {
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0, "a process has room for a pipe")
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        descriptor = ends[0]
        Self.end = ends[1]
        for number in signals {
            // write(2) is one of the few calls that a handler may make.
            signal(number) { number in
                var byte = UInt8(truncatingIfNeeded: number)
                let before = errno
                _ = write(SignalPipe.end, &byte, 1)
                errno = before
            }
        }
    }

    /// The signals that have come since the last call.
    func take() -> [Int32] {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(descriptor, &bytes, bytes.count)
        return bytes[..<max(0, count)].map { Int32($0) }
    }
}
