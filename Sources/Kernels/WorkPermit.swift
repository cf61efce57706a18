import Synchronization

/// Whether somebody still wants what is computed. Asked before each piece of work, on any thread; once the answer was
/// no it stays no, so that nothing half done is taken for a result.
package final class WorkPermit: Sendable {
    private let revoked = Atomic(false)
    private let ask: @Sendable () -> Bool

    /// - Parameter ask: quick, since it is called every few milliseconds.
    package init(while ask: @escaping @Sendable () -> Bool) { self.ask = ask }

    /// Asks.
    package var holds: Bool {
        if isRevoked { return false }
        if ask() { return true }
        revoked.store(true, ordering: .relaxed)
        return false
    }

    /// Whether some work was left out.
    package var isRevoked: Bool { revoked.load(ordering: .relaxed) }
}
