import NIOCore
import Synchronization

/// The open connections.
final class Connections: Sendable {
    private let limit: Int
    private let watcherLimit: Int
    private let open = Mutex<[ObjectIdentifier: any Channel]>([:])
    /// Those whose answer does not end by itself.
    private let watchers = Mutex<[ObjectIdentifier: Task<Void, Never>]>([:])

    init(limit: Int, watchers: Int) {
        self.limit = limit
        watcherLimit = watchers
    }

    /// Notes an answer that lasts until its client leaves or the server ends, which cancels the task.
    /// - Returns: false when there are as many as allowed.
    func watch(_ channel: any Channel, _ task: Task<Void, Never>) -> Bool {
        let key = ObjectIdentifier(channel)
        let isAdded = watchers.withLock { watchers in
            guard watchers.count < watcherLimit else { return false }
            watchers[key] = task
            return true
        }
        if isAdded {
            channel.closeFuture.whenComplete { [self] _ in watchers.withLock { _ = $0.removeValue(forKey: key) } }
        }
        return isAdded
    }

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
        for task in watchers.withLock({ Array($0.values) }) { task.cancel() }
        for channel in channels { channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
        let end = ContinuousClock.now + limit
        // A task of its own: the time is short, and is theirs even where the server's own task is cancelled.
        await Task {
            while !channels.isEmpty, ContinuousClock.now < end { try? await Task.sleep(for: .milliseconds(5)) }
        }.value
        for channel in channels { channel.close(promise: nil) }
    }

    private var channels: [any Channel] { open.withLock { Array($0.values) } }
}
