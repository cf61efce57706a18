import NIOCore
import Synchronization

/// The open connections.
final class Connections: Sendable {
    private let limit: Int
    private let open = Mutex<[ObjectIdentifier: any Channel]>([:])

    init(limit: Int) { self.limit = limit }

    /// - Returns: false when there are as many as allowed.
    func add(_ channel: any Channel) -> Bool {
        let key = ObjectIdentifier(channel)
        let isAdded = open.withLock { open in
            guard open.count < limit else { return false }
            open[key] = channel
            return true
        }
        if isAdded {
            channel.closeFuture.whenComplete { [self] _ in open.withLock { _ = $0.removeValue(forKey: key) } }
        }
        return isAdded
    }

    /// Closes idle connections at once, busy ones after their answer, and after `limit` all that are left.
    func drain(within limit: Duration) async {
        for channel in channels { channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
        let end = ContinuousClock.now + limit
        while !channels.isEmpty, ContinuousClock.now < end, (try? await Task.sleep(for: .milliseconds(20))) != nil {}
        for channel in channels { channel.close(promise: nil) }
    }

    private var channels: [any Channel] { open.withLock { Array($0.values) } }
}
