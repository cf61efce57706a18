internal import Dispatch
internal import Synchronization

/// A thread of its own for work that computes or waits for long, so that the cooperative pool never blocks.
/// Work runs one piece after the other, in the order it was given.
struct WorkThread: Sendable {
    private let queue: DispatchQueue

    init(_ name: String) { queue = DispatchQueue(label: name, qos: .userInitiated) }

    func run<Success: Sendable>(_ body: @escaping @Sendable () -> Success) async -> Success {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: body()) }
        }
    }

    /// The same for work that somebody waits for: where the caller's task is cancelled, because a client has left or the
    /// daemon stops, the caller goes on at once, and the work ends when it next asks.
    /// - Parameter body: asks `isWanted` at least twice a second.
    func run<Success: Sendable>(
        whileWanted body: @escaping @Sendable (_ isWanted: @escaping @Sendable () -> Bool) -> Success
    ) async throws(CancellationError) -> Success {
        let isDropped = Dropped()
        let wait = Wait<Success?>()
        queue.async {
            guard !isDropped.value else { return }
            wait.finish(body { !isDropped.value })
        }
        let result = await withTaskCancellationHandler {
            await wait.answer(otherwise: nil)
        } onCancel: {
            isDropped.set()
        }
        guard let result else { throw CancellationError() }
        return result
    }
}

/// Nobody waits for a piece of work any more.
private final class Dropped: Sendable {
    private let flag = Atomic(false)

    var value: Bool { flag.load(ordering: .relaxed) }
    func set() { flag.store(true, ordering: .relaxed) }
}

/// A task's value, or nil at the deadline and as soon as the caller's own task is cancelled; the other goes on.
func value<Success: Sendable>(
    of task: Task<Success, Never>, until deadline: ContinuousClock.Instant? = nil
) async -> Success? {
    let wait = Wait<Success?>()
    Task { wait.finish(await task.value) }
    return await wait.answer(until: deadline, otherwise: nil)
}
