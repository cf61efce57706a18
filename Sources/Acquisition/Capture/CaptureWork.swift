internal import Synchronization

/// Whether a capture is being taken or analysed. The live view asks it at every tile and steps back.
final class CaptureWork: Sendable {
    private let count = Mutex(0)

    func begin() { count.withLock { $0 += 1 } }
    func end() { count.withLock { $0 -= 1 } }

    var isUnderWay: Bool { count.withLock { $0 > 0 } }
}
