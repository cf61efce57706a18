internal import Dispatch

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
}
