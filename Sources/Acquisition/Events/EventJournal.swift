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
        var lastAsked: ContinuousClock.Instant?
    }

    private let state = Mutex(State())
    /// Fires with everything that waiting clients want to hear of.
    private let news = Signal()

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
        state.withLock { change(&$0) }
        news.fire()
    }

    // MARK: Reading

    /// Newest last.
    package func lines(limit: Int) -> [LogLine] { state.withLock { Array($0.lines.suffix(max(0, limit))) } }

    /// Clients that wait for news now.
    package var followers: Int { news.waiting }

    /// Whether a client has asked within five seconds or waits.
    var isFollowed: Bool {
        state.withLock { state in
            news.waiting > 0 || state.lastAsked.map { $0.duration(to: .now) < LiveView.patience } ?? false
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
            let version = news.version
            let batch = state.withLock { state in
                state.lastAsked = .now
                return Self.batch(after: cursor, state)
            }
            guard batch.events.isEmpty, !batch.hasGap, !Task.isCancelled, ContinuousClock.now < deadline else {
                return batch
            }
            await news.wait(since: version, until: deadline)
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
}
