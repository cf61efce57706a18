import Glibc
package import SystemCalls

extension UnixSocketAddress {
    /// A connected stream socket, non-blocking if asked for. The caller closes it.
    package func connect(flags: Int32 = 0) throws(Errno) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue) | flags
        let descriptor = try systemCall { socket(AF_UNIX, type, 0) }
        do throws(Errno) {
            _ = try withSocketAddress { address, length throws(Errno) in
                try systemCall { Glibc.connect(descriptor, address, length) }
            }
            return descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }
}
