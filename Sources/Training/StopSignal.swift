import Glibc
import Synchronization

/// SIGINT and SIGTERM as a wish to stop after the step in progress. A second one ends the process at once.
package enum StopSignal {
    private static let wish = Atomic<Bool>(false)

    package static var isRaised: Bool { wish.load(ordering: .relaxed) }

    /// From here on the two signals only raise the wish.
    package static func install() {
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                StopSignal.wish.store(true, ordering: .relaxed)
                signal(number, SIG_DFL)
            }
        }
    }
}
