import ControlAPI
import Glibc
import NIOCore

extension Peer {
    /// Asks the kernel who connected (unix(7), SO_PEERCRED).
    static func read(from channel: any Channel) -> EventLoopFuture<Peer> {
        guard let options = channel as? any SocketOptionProvider else {
            return channel.eventLoop.makeFailedFuture(ChannelError.operationUnsupported)
        }
        // struct ucred: pid, uid, gid.
        let credentials: EventLoopFuture<Credentials> = options.unsafeGetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
        return credentials.map { Peer(uid: $0.uid, gid: $0.gid, pid: $0.pid) }
    }

    private struct Credentials {
        var pid: Int32
        var uid: UInt32
        var gid: UInt32
    }
}
