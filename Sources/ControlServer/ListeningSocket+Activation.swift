import Glibc
package import UnixSocket

extension ListeningSocket {
    /// Systemd's socket activation (sd_listen_fds(3)): the socket handed over as descriptor 3 and up, or nil where this
    /// process was not started so. Of several the one named `control` (FileDescriptorName=) is taken.
    ///
    /// - Throws: `.notListening` when what was handed over cannot serve.
    package static func handedOver(environment: [String: String]) throws(UnixSocketError) -> ListeningSocket? {
        guard environment["LISTEN_PID"] == String(getpid()), let count = environment["LISTEN_FDS"].flatMap(Int32.init),
            count > 0
        else { return nil }
        let names =
            environment["LISTEN_FDNAMES"].map { $0.split(separator: ":", omittingEmptySubsequences: false) } ?? []
        let descriptor = 3 + Int32(names.prefix(Int(count)).firstIndex(of: "control") ?? 0)

        guard option(SO_DOMAIN, of: descriptor) == AF_UNIX, option(SO_ACCEPTCONN, of: descriptor) == 1,
            option(SO_TYPE, of: descriptor) == Int32(SOCK_STREAM.rawValue)
        else {
            throw UnixSocketError(
                .notListening,
                "descriptor \(descriptor) from the service manager is not a listening Unix stream socket",
                hint: "the socket unit needs ListenStream= with a path")
        }
        // The service manager hands descriptors over without it; programs started from here must not hold the socket.
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return ListeningSocket(handedOver: descriptor, path: path(of: descriptor))
    }

    private static func option(_ name: Int32, of descriptor: Int32) -> Int32? {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : nil
    }

    private static func path(of descriptor: Int32) -> String {
        var address = sockaddr_un()
        var size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        guard result == 0 else { return "" }
        return withUnsafeBytes(of: address.sun_path) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
