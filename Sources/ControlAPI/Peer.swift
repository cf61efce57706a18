/// Who asks: the process at the other end of the Unix socket, as the kernel recorded it when the process connected
/// (SO_PEERCRED), or whoever opened the page with a token.
package struct Peer: Codable, Sendable, Equatable, Hashable, CustomStringConvertible {
    package let uid: UInt32
    package let gid: UInt32
    /// 0 for a page.
    package let pid: Int32
    /// Which token opened the page; nil on the Unix socket. User and group are the daemon's then.
    package let token: String?

    package init(uid: UInt32, gid: UInt32, pid: Int32, token: String? = nil) {
        self.uid = uid
        self.gid = gid
        self.pid = pid
        self.token = token
    }

    package var description: String { token.map { "page with the \($0)" } ?? "uid=\(uid) gid=\(gid) pid=\(pid)" }

    /// Who is answerable for what the process brings: `uid 1000`.
    package var owner: String { token.map { "the page with the \($0)" } ?? "uid \(uid)" }
}
