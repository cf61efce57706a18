package import ControlAPI
internal import Foundation
internal import Quantities
internal import Synchronization

/// What happened lately, for clients that follow it: the newest events and log lines, and the newest live state.
///
/// Clients pull: each says where it stands and gets what it has not seen, so that a slow one costs nothing but the
/// history that all share, and one that comes back after a while misses nothing that is still in it.
package final class EventJournal: Sendable {
    /// Names this run of the daemon.
    package let run = String(UInt64.random(in: .min ... .max), radix: 16)

    /// Events that are kept.
    package static let capacity = 1000
    private static let linesKept = 200
    /// Events that one answer holds.
    private static let batch = 64

    private struct State {
        /// Without gaps, oldest first.
        var events: [ServiceEvent] = []
        var latest = 0
        var live: (version: Int, event: ServiceEvent)?
        var lines: [LogLine] = []
        /// Grows with everything that waiting clients want to hear of.
        var version = 0
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        /// Waits that ended before they began.
        var expired: Set<Int> = []
        var nextKey = 0
        var lastAsked: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    package init() {}

    // MARK: Writing

    package func publish(_ name: ServiceEvent.Name, _ value: some Encodable) {
        // Only a number that is not finite cannot be written, and no report holds one.
        guard let json = try? WireFormat.encode(value) else { return }
        let bytes = Array(json)
        notify { state in
            state.latest += 1
            state.events.append(ServiceEvent(number: state.latest, name: name, json: bytes))
            if state.events.count > Self.capacity { state.events.removeFirst(state.events.count - Self.capacity) }
        }
    }

    /// Replaces the live state, which is no part of the history.
    package func publish(live value: LiveState) {
        guard let json = try? WireFormat.encode(value) else { return }
        let bytes = Array(json)
        notify { state in
            state.live = ((state.live?.version ?? 0) + 1, ServiceEvent(name: .live, json: bytes))
        }
    }

    package func note(_ line: LogLine) {
        state.withLock { state in
            state.lines.append(line)
            if state.lines.count > Self.linesKept { state.lines.removeFirst() }
        }
        publish(.log, line)
    }

    private func notify(_ change: (inout State) -> Void) {
        let waiting = state.withLock { state in
            change(&state)
            state.version += 1
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in waiting { continuation.resume() }
    }

    // MARK: Reading

    /// Newest last.
    package func lines(limit: Int) -> [LogLine] { state.withLock { Array($0.lines.suffix(max(0, limit))) } }

    /// Clients that wait for news now.
    package var followers: Int { state.withLock { $0.waiting.count } }

    /// Whether a client has asked within five seconds or waits.
    var isFollowed: Bool {
        state.withLock { state in
            !state.waiting.isEmpty || state.lastAsked.map { $0.duration(to: .now) < LiveView.patience } ?? false
        }
    }

    /// Where a client begins.
    /// - Parameter id: of the last event that it saw, `RUN-NUMBER`; nil for a new client.
    /// - Returns: where it stands, and whether what it saw last is of another run or forgotten.
    package func start(after id: String?) -> (cursor: EventBatch.Cursor, hasGap: Bool) {
        state.withLock { state in
            let now = EventBatch.Cursor(number: state.latest)
            guard let id else { return (now, false) }
            let sides = id.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            let oldest = (state.events.first?.number ?? state.latest + 1) - 1
            guard sides.count == 2, sides[0] == run, let number = Int(sides[1]), number >= oldest,
                number <= state.latest
            else { return (now, true) }
            return (EventBatch.Cursor(number: number), false)
        }
    }

    /// What has happened since; waits for it up to `timeout`, after which the answer is empty. A cancelled task returns
    /// early.
    package func next(after cursor: EventBatch.Cursor, timeout: Duration) async -> EventBatch {
        let deadline = ContinuousClock.now + timeout
        while true {
            let (batch, version) = state.withLock { state in
                state.lastAsked = .now
                return (Self.batch(after: cursor, state), state.version)
            }
            guard batch.events.isEmpty, !batch.hasGap, !Task.isCancelled, ContinuousClock.now < deadline else {
                return batch
            }
            await change(since: version, before: deadline)
        }
    }

    private static func batch(after cursor: EventBatch.Cursor, _ state: State) -> EventBatch {
        var next = cursor
        let seen = cursor.number ?? state.latest
        next.number = seen
        var events: [ServiceEvent] = []
        let oldest = (state.events.first?.number ?? state.latest + 1) - 1
        if seen < oldest || seen > state.latest {
            next.number = state.latest
            return EventBatch(events: [], hasGap: true, cursor: next)
        }
        if seen < state.latest {
            let start = seen - oldest
            events = Array(state.events[start..<min(start + Self.batch, state.events.count)])
            next.number = events.last?.number
        }
        if let live = state.live, live.version != cursor.live {
            next.live = live.version
            events.append(live.event)
        }
        return EventBatch(events: events, hasGap: false, cursor: next)
    }

    private func change(since version: Int, before deadline: ContinuousClock.Instant) async {
        let key = state.withLock { state in
            state.nextKey += 1
            return state.nextKey
        }
        let timer = Task {
            guard (try? await Task.sleep(until: deadline, clock: .continuous)) != nil else { return }
            wake(key)
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard state.version == version, state.expired.remove(key) == nil else { return true }
                    state.waiting[key] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            wake(key)
        }
        timer.cancel()
        state.withLock { _ = $0.expired.remove(key) }
    }

    private func wake(_ key: Int) {
        let continuation = state.withLock { state in
            let continuation = state.waiting.removeValue(forKey: key)
            if continuation == nil { state.expired.insert(key) }
            return continuation
        }
        continuation?.resume()
    }
}
