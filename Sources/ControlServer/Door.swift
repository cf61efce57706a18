import ControlAPI
import NIOHTTP1

/// The way a connection came in.
enum Door: Sendable {
    /// The Unix socket, whose file lets in who may.
    case socket(Peer, SessionReport)
    /// The TCP port: every request shows what it may do.
    case page(PageGate)

    func admit(_ head: HTTPRequestHead) -> PageGate.Admission {
        switch self {
        case .socket(let peer, let session): .admitted(session, peer)
        case .page(let gate): gate.admit(head)
        }
    }

    var isPage: Bool {
        if case .page = self { return true }
        return false
    }
}
