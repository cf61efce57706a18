internal import Synchronization

/// Tells the watchdog whether the analysis makes progress.
final class Heartbeat: Sendable {
    private struct State {
        var lastBeat: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    /// Longest time between two tiles on a slow machine.
    private static let patience = Duration.seconds(120)

    func begin() { state.withLock { $0.lastBeat = .now } }
    /// Of work that was left behind it says nothing.
    func beat() { state.withLock { if $0.lastBeat != nil { $0.lastBeat = .now } } }
    func end() { state.withLock { $0.lastBeat = nil } }

    var isAlive: Bool {
        state.withLock { state in state.lastBeat.map { $0.duration(to: .now) < Self.patience } ?? true }
    }
}
