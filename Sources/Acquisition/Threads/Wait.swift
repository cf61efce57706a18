internal import Synchronization

/// One suspension that ends once: with an answer, at a deadline, or when its task is cancelled.
final class Wait<Answer: Sendable>: Sendable {
    private enum State {
        case new
        case waiting(CheckedContinuation<Answer, Never>)
        case answered(Answer)
    }

    private let state = Mutex(State.new)

    /// - Returns: false where it has an answer already.
    @discardableResult
    func finish(_ answer: Answer) -> Bool {
        let (isFirst, waiting) = state.withLock { state -> (Bool, CheckedContinuation<Answer, Never>?) in
            switch state {
            case .answered: return (false, nil)
            case .new:
                state = .answered(answer)
                return (true, nil)
            case .waiting(let continuation):
                state = .answered(answer)
                return (true, continuation)
            }
        }
        waiting?.resume(returning: answer)
        return isFirst
    }

    /// For one caller.
    /// - Parameter otherwise: the answer at the deadline and where the task is cancelled.
    func answer(until deadline: ContinuousClock.Instant? = nil, otherwise: Answer) async -> Answer {
        let timer = deadline.map { deadline in
            Task {
                if (try? await Task.sleep(until: deadline, clock: .continuous)) != nil { finish(otherwise) }
            }
        }
        defer { timer?.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let known = state.withLock { state -> Answer? in
                    if case .answered(let answer) = state { return answer }
                    state = .waiting(continuation)
                    return nil
                }
                if let known { continuation.resume(returning: known) }
            }
        } onCancel: {
            finish(otherwise)
        }
    }
}
