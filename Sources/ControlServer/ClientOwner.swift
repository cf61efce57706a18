import ControlAPI
import Glibc
import NIOCore

/// Whose a connection is: what it takes is counted together with all else that is theirs.
package enum ClientOwner: Hashable, Sendable, CustomStringConvertible {
    /// The user that the kernel names on the Unix socket.
    case user(UInt32)
    /// Over TCP nobody is named: all who come from one address are one.
    case address(String)

    init(_ peer: Peer) { self = .user(peer.uid) }

    /// - Parameter channel: of a TCP connection.
    init(addressOf channel: any Channel) { self = .address(channel.remoteAddress?.ipAddress ?? "unknown") }

    /// Whether it looks after the instrument: root, and the user that the daemon runs as.
    package var isKeeper: Bool {
        switch self {
        case .user(let uid): uid == 0 || uid == geteuid()
        case .address: false
        }
    }

    /// As in `uid 1000 holds ...`.
    package var description: String {
        switch self {
        case .user(let uid): "uid \(uid)"
        case .address(let address): "the address \(address)"
        }
    }
}
