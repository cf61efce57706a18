internal import Synchronization

/// A count that falls to zero as pieces of work end.
final class Remaining: Sendable {
    private let value: Mutex<Int>

    init(_ count: Int) { value = Mutex(count) }

    var count: Int { value.withLock { $0 } }
    func decrease() { value.withLock { $0 -= 1 } }
}
