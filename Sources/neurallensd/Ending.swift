internal import Dispatch
internal import Glibc

/// SIGTERM and SIGINT end the daemon within two seconds, whatever it is doing.
///
/// The orderly end is `Upkeep`'s, and takes less. This hears the signals beside it, on a queue of its own, so that it
/// does where all threads of the cooperative pool compute, and ends the process where the orderly end takes too long.
/// Nothing is lost by that: what is stored is committed, and the rest is taken up at the next start as after a power cut.
final class Ending {
    private static let limit = DispatchTimeInterval.milliseconds(1400)

    private let sources: [any DispatchSourceSignal]

    /// From here on signals no longer end the process at once.
    init() {
        let queue = DispatchQueue(label: "neurallensd.ending", qos: .userInteractive)
        sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { queue.asyncAfter(deadline: .now() + Self.limit) { Self.exit() } }
            source.resume()
            return source
        }
    }

    /// Without waiting for threads that compute, and without taking from under them what they work on.
    static func exit() -> Never { _exit(0) }
}
