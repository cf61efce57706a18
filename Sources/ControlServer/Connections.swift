import ControlAPI
import NIOCore
import Synchronization

/// The open connections, and what they hold.
final class Connections: Sendable {
    enum Admission: Sendable {
        case admitted
        /// Let in to be told so, and no more.
        case refused(Problem)
        /// So many are being told already that this one is closed without a word.
        case ignored
    }

    private struct State {
        var quota: Quota
        var open: [ObjectIdentifier: any Channel] = [:]
        /// Those that are told that there is no room.
        var refused: [ObjectIdentifier: any Channel] = [:]
    }

    private struct Watchers {
        var quota: Quota
        /// Those whose answer does not end by itself.
        var tasks: [ObjectIdentifier: Task<Void, Never>] = [:]
    }

    private let refusalLimit: Int
    private let state: Mutex<State>
    private let watchers: Mutex<Watchers>
    /// Bytes.
    private let bodies: Mutex<Quota>

    /// - Parameter hasKeepers: whether clients are told apart by user, so that something can be kept for root.
    init(_ limits: ControlServer.Limits, hasKeepers: Bool) {
        func quota(_ total: Int) -> Quota { Quota(total: total, reserved: hasKeepers ? total / 16 : 0) }
        refusalLimit = limits.refusals
        state = Mutex(State(quota: quota(limits.connections)))
        watchers = Mutex(Watchers(quota: quota(limits.watchers)))
        bodies = Mutex(
            Quota(total: limits.bodyBytesInWork, reserved: hasKeepers ? limits.bodyBytesInWork / 4 : 0))
    }

    /// Takes up a connection.
    func add(_ channel: any Channel, of owner: ClientOwner) -> Admission {
        let key = ObjectIdentifier(channel)
        let admission = state.withLock { state -> Admission in
            do throws(Quota.Refusal) {
                try state.quota.take(1, for: owner)
                state.open[key] = channel
                return .admitted
            } catch {
                guard state.refused.count < refusalLimit else { return .ignored }
                state.refused[key] = channel
                return .refused(Self.problem(.tooManyConnections, "connections open", error, owner))
            }
        }
        if case .ignored = admission { return admission }
        channel.closeFuture.whenComplete { [self] _ in
            state.withLock { state in
                state.refused[key] = nil
                if state.open.removeValue(forKey: key) != nil { state.quota.giveBack(1, of: owner) }
            }
        }
        return admission
    }

    /// Notes an answer that lasts until its client leaves or the server ends, which cancels the task.
    func watch(_ channel: any Channel, of owner: ClientOwner, _ task: Task<Void, Never>) throws(Problem) {
        let key = ObjectIdentifier(channel)
        do throws(Quota.Refusal) {
            try watchers.withLock { watchers throws(Quota.Refusal) in
                try watchers.quota.take(1, for: owner)
                watchers.tasks[key] = task
            }
        } catch {
            throw Self.problem(.tooManyWatchers, "streams of events open", error, owner)
        }
        channel.closeFuture.whenComplete { [self] _ in
            watchers.withLock { watchers in
                if watchers.tasks.removeValue(forKey: key) != nil { watchers.quota.giveBack(1, of: owner) }
            }
        }
    }

    /// Makes room for so many bytes of a request's body, to be given back when the request is answered.
    func takeBody(_ bytes: Int, of owner: ClientOwner) throws(Problem) {
        do throws(Quota.Refusal) {
            try bodies.withLock { quota throws(Quota.Refusal) in try quota.take(bytes, for: owner) }
        } catch {
            switch error {
            case .own(let limit):
                throw Problem(
                    .tooMuchInWork,
                    "\(owner) has requests in work whose bodies fill the \(Self.megabytes(limit)) that one may have",
                    hint: "send it again when they are answered")
            case .all(let limit):
                throw Problem(
                    .tooMuchInWork,
                    "requests in work fill the \(Self.megabytes(limit)) that their bodies may take in all",
                    hint: "send it again in a moment")
            }
        }
    }

    func giveBackBody(_ bytes: Int, of owner: ClientOwner) { bodies.withLock { $0.giveBack(bytes, of: owner) } }

    private static func megabytes(_ bytes: Int) -> String { "\(bytes / 1_000_000) MB" }

    private static func problem(
        _ kind: Problem.Kind, _ what: String, _ refusal: Quota.Refusal, _ owner: ClientOwner
    ) -> Problem {
        switch refusal {
        case .own(let limit):
            Problem(kind, "\(owner) has \(limit) \(what), as many as one may have", hint: "close one of them")
        case .all(let limit):
            Problem(kind, "all users together have \(limit) \(what), as many as there may be", hint: "try again later")
        }
    }

    /// Closes idle connections at once, busy ones after their answer, and after `limit` all that are left.
    func drain(within limit: Duration) async {
        for task in watchers.withLock({ Array($0.tasks.values) }) { task.cancel() }
        for channel in channels { channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
        let end = ContinuousClock.now + limit
        // A task of its own: the time is short, and is theirs even where the server's own task is cancelled.
        await Task {
            while !channels.isEmpty, ContinuousClock.now < end { try? await Task.sleep(for: .milliseconds(5)) }
        }.value
        for channel in channels { channel.close(promise: nil) }
    }

    private var channels: [any Channel] { state.withLock { Array($0.open.values) + Array($0.refused.values) } }
}
