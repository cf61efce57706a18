import Glibc
import SystemCalls
import UnixSocket

/// A connection to a Unix socket whose whole life has one deadline; past it every call fails with ETIMEDOUT.
struct TimedStream {
    private let descriptor: Int32
    private let deadline: ContinuousClock.Instant

    init(to address: UnixSocketAddress, within limit: Duration) throws(Errno) {
        deadline = .now + limit
        while true {
            do throws(Errno) {
                descriptor = try address.connect(flags: Int32(SOCK_NONBLOCK.rawValue))
                return
            } catch {
                // The queue of the listening socket is full, and poll(2) does not tell when it has room.
                guard error.code == EAGAIN else { throw error }
                guard ContinuousClock.now < deadline else { throw Errno(code: ETIMEDOUT) }
                usleep(20_000)
            }
        }
    }

    func close() { Glibc.close(descriptor) }

    /// A peer that stops reading may have answered already: what is left unsent is no error.
    func write(_ bytes: [UInt8]) throws(Errno) {
        var sent = 0
        while sent < bytes.count {
            do throws(Errno) {
                sent += try systemCall {
                    bytes[sent...].withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                }
            } catch {
                switch error.code {
                case EAGAIN: try wait(for: POLLOUT)
                case EPIPE, ECONNRESET: return
                default: throw error
                }
            }
        }
    }

    func readToEnd() throws(Errno) -> [UInt8] {
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 256 * 1024)
        while true {
            do throws(Errno) {
                let count = try systemCall { recv(descriptor, &part, part.count, 0) }
                if count == 0 { return bytes }
                bytes += part[..<count]
            } catch {
                switch error.code {
                case EAGAIN: try wait(for: POLLIN)
                case ECONNRESET where !bytes.isEmpty: return bytes
                default: throw error
                }
            }
        }
    }

    private func wait(for event: Int32) throws(Errno) {
        let left = ContinuousClock.now.duration(to: deadline)
        guard left > .zero else { throw Errno(code: ETIMEDOUT) }
        var waiting = pollfd(fd: descriptor, events: Int16(event), revents: 0)
        let milliseconds = Int32(min(left / .milliseconds(1), 60_000).rounded(.up))
        try systemCall { poll(&waiting, 1, milliseconds) }
    }
}
