internal import Synchronization

/// Wakes those who wait for something to change.
final class Signal: Sendable {
    private struct State {
        var version = 0
        var waiting: [ObjectIdentifier: Wait<Void>] = [:]
    }

    private let state = Mutex(State())

    /// Grows with every change.
    var version: Int { state.withLock { $0.version } }

    /// How many wait now.
    var waiting: Int { state.withLock { $0.waiting.count } }

    func fire() {
        let waiting = state.withLock { state in
            state.version += 1
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for wait in waiting { wait.finish(()) }
    }

    /// Returns once there was a change since `version`, at the deadline, or when the task is cancelled.
    func wait(since version: Int, until deadline: ContinuousClock.Instant? = nil) async {
        let wait = Wait<Void>()
        let mustWait = state.withLock { state in
            guard state.version == version else { return false }
            state.waiting[ObjectIdentifier(wait)] = wait
            return true
        }
        guard mustWait else { return }
        await wait.answer(until: deadline, otherwise: ())
        state.withLock { _ = $0.waiting.removeValue(forKey: ObjectIdentifier(wait)) }
    }
}
