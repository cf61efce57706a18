internal import Synchronization

/// Tells the watchdog whether the analysis makes progress, and the analysis whether to stop.
final class Heartbeat: Sendable {
    private struct State {
        var lastBeat: ContinuousClock.Instant?
        var isStopped = false
    }

    private let state = Mutex(State())

    /// Longest time between two tiles on a slow machine.
    private static let patience = Duration.seconds(120)

    func begin() { state.withLock { $0.lastBeat = .now } }
    func beat() { state.withLock { $0.lastBeat = .now } }
    func end() { state.withLock { $0.lastBeat = nil } }
    func stop() { state.withLock { $0.isStopped = true } }

    var isStopped: Bool { state.withLock { $0.isStopped } }
    var isAlive: Bool {
        state.withLock { state in state.lastBeat.map { $0.duration(to: .now) < Self.patience } ?? true }
    }
}
