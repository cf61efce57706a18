import Glibc

/// Where the page is served over TCP: `127.0.0.1:8700`, `[::1]:8700`, `localhost:8700`. Port 0 takes a free one.
package struct PageAddress: Sendable, Equatable, CustomStringConvertible {
    /// A literal address, without brackets.
    let host: String
    var port: UInt16
    let isIPv6: Bool
    /// Others than this machine's own programs may reach it.
    let isRemote: Bool

    /// - Parameter remote: whether an address that other machines reach is allowed.
    /// - Throws: where the text is no address, or one that is not allowed.
    package init(parsing text: String, allowingRemote remote: Bool) throws(PageError) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw PageError(
                "\"\(text)\" is no address to serve the page at", hint: "write one with a port, as in 127.0.0.1:8700")
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        if host == "localhost" { host = "127.0.0.1" }
        var four = in_addr(), six = in6_addr()
        if inet_pton(AF_INET, host, &four) == 1 {
            isIPv6 = false
            isRemote = UInt32(bigEndian: four.s_addr) >> 24 != 127
        } else if inet_pton(AF_INET6, host, &six) == 1 {
            isIPv6 = true
            isRemote = withUnsafeBytes(of: &six) { $0.dropLast().contains { $0 != 0 } || $0.last != 1 }
        } else {
            throw PageError(
                "\"\(host)\" is no literal address", hint: "write one of this machine's, as in 127.0.0.1:8700")
        }
        guard remote || !isRemote else {
            throw PageError(
                "\(text) can be reached from other machines, and the page is not encrypted",
                hint: "use 127.0.0.1 and an SSH tunnel, or allow it with --http-allow-remote")
        }
        self.host = host
        self.port = port
    }

    package var description: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// What a browser on this machine opens.
    var origin: String {
        let isAny = host == "0.0.0.0" || host == "::"
        return "http://" + (isAny ? "127.0.0.1:\(port)" : description)
    }

    /// Whether a request's Host (RFC 9110, 7.2) names this server. A name that somebody else's DNS resolves to this
    /// machine does not (DNS rebinding).
    func isNamed(by field: String) -> Bool {
        let suffix = ":\(port)"
        let name: Substring
        if field.hasSuffix(suffix) {
            name = field.dropLast(suffix.count)
        } else if port == 80 {
            name = field[...]
        } else {
            return false
        }
        let lower = name.lowercased()
        if ["127.0.0.1", "localhost", "[::1]"].contains(lower) || lower == (isIPv6 ? "[\(host)]" : host) {
            return true
        }
        guard isRemote else { return false }
        var four = in_addr(), six = in6_addr()
        if lower.hasPrefix("["), lower.hasSuffix("]") {
            return inet_pton(AF_INET6, String(lower.dropFirst().dropLast()), &six) == 1
        }
        var own = [CChar](repeating: 0, count: 256)
        gethostname(&own, own.count - 1)
        let ownName = String(decoding: own.prefix { $0 != 0 }.map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self)
        return inet_pton(AF_INET, lower, &four) == 1 || lower == ownName.lowercased()
    }
}
