internal import Synchronization

/// Whether a capture is being taken or analysed. The live view asks it at every tile and steps back.
final class CaptureWork: Sendable {
    private let count = Mutex(0)

    /// Fires when work begins and when none is left.
    let changes = Signal()

    func begin() {
        let isFirst = count.withLock { count in
            count += 1
            return count == 1
        }
        if isFirst { changes.fire() }
    }

    func end() {
        let isLast = count.withLock { count in
            count -= 1
            return count == 0
        }
        if isLast { changes.fire() }
    }

    var isUnderWay: Bool { count.withLock { $0 > 0 } }
}
