package import ControlAPI
import Glibc
import SystemCalls

/// The listening TCP socket that the page is served on, and the tokens that open it.
package struct PageListener: Sendable {
    let descriptor: Int32
    /// With the port that was taken.
    package let address: PageAddress
    let tokens: PageTokens

    /// Binds and listens.
    package init(bindingTo address: PageAddress, tokens: PageTokens) throws(PageError) {
        self.tokens = tokens
        var opened: Int32?
        do throws(Errno) {
            let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
            let descriptor = try systemCall { socket(address.isIPv6 ? AF_INET6 : AF_INET, type, 0) }
            opened = descriptor
            var one: Int32 = 1
            try systemCall {
                setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
            }
            try Self.bind(descriptor, to: address)
            try systemCall { listen(descriptor, 512) }
            self.descriptor = descriptor
            var bound = address
            bound.port = try Self.port(of: descriptor)
            self.address = bound
        } catch {
            if let opened { close(opened) }
            throw PageError(
                "the page cannot be served at \(address): \(error)",
                hint: error.code == EADDRINUSE
                    ? "another program listens there; choose another port" : "choose another address or port")
        }
    }

    /// What opens the page in a browser.
    package var links: PageLinks {
        PageLinks(
            change: "\(address.origin)/?token=\(tokens.change)", read: "\(address.origin)/?token=\(tokens.read)")
    }

    private static func bind(_ descriptor: Int32, to address: PageAddress) throws(Errno) {
        func bound<Address>(_ value: inout Address) throws(Errno) {
            let result = withUnsafePointer(to: &value) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
                }
            }
            if result != 0 { throw Errno(code: errno) }
        }
        if address.isIPv6 {
            var value = sockaddr_in6()
            value.sin6_family = sa_family_t(AF_INET6)
            value.sin6_port = address.port.bigEndian
            inet_pton(AF_INET6, address.host, &value.sin6_addr)
            try bound(&value)
        } else {
            var value = sockaddr_in()
            value.sin_family = sa_family_t(AF_INET)
            value.sin_port = address.port.bigEndian
            inet_pton(AF_INET, address.host, &value.sin_addr)
            try bound(&value)
        }
    }

    private static func port(of descriptor: Int32) throws(Errno) -> UInt16 {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        if result != 0 { throw Errno(code: errno) }
        // The port lies at the same place in both families.
        return withUnsafeBytes(of: &storage) { UInt16(bigEndian: $0.load(fromByteOffset: 2, as: UInt16.self)) }
    }
}
