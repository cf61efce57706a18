/// The process at the other end of the Unix socket, as the kernel recorded it when the process connected (SO_PEERCRED).
package struct Peer: Codable, Sendable, Equatable, Hashable, CustomStringConvertible {
    package let uid: UInt32
    package let gid: UInt32
    package let pid: Int32

    package init(uid: UInt32, gid: UInt32, pid: Int32) {
        self.uid = uid
        self.gid = gid
        self.pid = pid
    }

    package var description: String { "uid=\(uid) gid=\(gid) pid=\(pid)" }
}
