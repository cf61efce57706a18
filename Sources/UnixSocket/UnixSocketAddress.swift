package import Glibc

/// The address of a Unix domain socket: a path, or with a leading `@` a name in Linux's abstract namespace (unix(7)).
package struct UnixSocketAddress: Sendable, CustomStringConvertible {
    /// `sun_path` has 108 bytes, the last of which ends the path.
    package static let maximumBytes = 107

    private let path: String

    /// - Throws: `.pathTooLong`, `.pathNotAllowed`: a path that is empty or holds a NUL cannot name a socket.
    package init(_ path: String) throws(UnixSocketError) {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw UnixSocketError(
                .pathNotAllowed, "the socket path is empty or holds a NUL character", hint: "name another path")
        }
        guard path.utf8.count <= Self.maximumBytes else {
            throw UnixSocketError(
                .pathTooLong,
                "the socket path has \(path.utf8.count) bytes and Unix sockets allow \(Self.maximumBytes): \(path)",
                hint: "choose a shorter path")
        }
        self.path = path
    }

    package var description: String { path }

    package func withSocketAddress<R, E: Error>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) throws(E) -> R
    ) throws(E) -> R {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(path.utf8)
        let isAbstract = bytes[0] == UInt8(ascii: "@")
        if isAbstract { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        // An abstract name is as long as the length says; a path ends with its NUL.
        let size = MemoryLayout.offset(of: \sockaddr_un.sun_path)! + bytes.count + (isAbstract ? 0 : 1)
        let count = socklen_t(size)
        return try withUnsafePointer(to: &address) { pointer throws(E) in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address throws(E) in
                try body(address, count)
            }
        }
    }
}
