internal import Synchronization

/// Whose field the camera takes: one at a time.
///
/// Fields that keep to a time and those that do not go by turns, so that neither can keep the other away. Among the
/// former the first to come is the first to go, among the latter the oldest job, whose fields follow each other.
final class CameraTurn: Sendable {
    enum Claim: Sendable, Equatable {
        /// For a time that has come: a plan's slot, or a field of a job with an interval.
        case timed
        /// - Parameter rank: the lower goes first.
        case untimed(rank: Int)
    }

    private struct State {
        var isTaken = false
        var waiting: [(claim: Claim, wait: Wait<Bool>)] = []
        var wasTimed = false
    }

    private let state = Mutex(State())

    /// Waits for the turn; who gets it gives it back with `give()`.
    /// - Returns: false where the turn had not come by the deadline, or the task is cancelled.
    func take(_ claim: Claim, before deadline: ContinuousClock.Instant? = nil) async -> Bool {
        let wait = Wait<Bool>()
        state.withLock { state in
            if state.isTaken { return state.waiting.append((claim, wait)) }
            state.isTaken = true
            state.wasTimed = claim == .timed
            wait.finish(true)
        }
        let isMine = await wait.answer(until: deadline, otherwise: false)
        if !isMine { state.withLock { $0.waiting.removeAll { $0.wait === wait } } }
        return isMine
    }

    func give() {
        state.withLock { state in
            while let next = Self.next(among: state.waiting, afterTimed: state.wasTimed) {
                let (claim, wait) = state.waiting.remove(at: next)
                // Who has given up in this moment does not take it.
                guard wait.finish(true) else { continue }
                state.wasTimed = claim == .timed
                return
            }
            state.isTaken = false
        }
    }

    private static func next(among waiting: [(claim: Claim, wait: Wait<Bool>)], afterTimed: Bool) -> Int? {
        var timed: Int?
        var untimed: (index: Int, rank: Int)?
        for (index, entry) in waiting.enumerated() {
            switch entry.claim {
            case .timed: timed = timed ?? index
            case .untimed(let rank): if rank < untimed?.rank ?? .max { untimed = (index, rank) }
            }
        }
        return afterTimed ? untimed?.index ?? timed : timed ?? untimed?.index
    }
}
