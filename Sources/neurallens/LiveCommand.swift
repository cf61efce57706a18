import ArgumentParser
import ControlAPI
import ControlClient
import Glibc

struct LiveCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "live", abstract: "Show status and counts every second until Ctrl-C.")

    @Option(help: "Show this slide's counts too.")
    var slide: String?

    @OptionGroup var options: GlobalOptions

    func run(_ client: ControlClient) throws(ControlClientError) {
        // Ctrl-C is how this command is meant to end.
        signal(SIGINT) { _ in _exit(0) }
        let clearScreen = isatty(STDOUT_FILENO) == 1 ? "\u{1B}[H\u{1B}[2J" : nil
        var first: (captures: Int, time: ContinuousClock.Instant)?
        while true {
            let status = try client.status()
            var counts: SlideCounts?
            if let slide { counts = try client.counts(ofSlide: slide) }
            let began = first ?? (status.store.captures, .now)
            first = began
            let minutes = began.time.duration(to: .now) / .seconds(60)
            let rate = minutes > 0.01 ? Double(status.store.captures - began.captures) / minutes : nil
            if options.json {
                emit(try Presentation.json(Screen(status: status, counts: counts, capturesPerMinute: rate)))
            } else if let clearScreen {
                let screen = Presentation.live(status, counts: counts, capturesPerMinute: rate)
                emit("\(clearScreen)\(screen)\nCtrl-C ends.\n")
            } else {
                emit(Presentation.liveLine(status, counts: counts, capturesPerMinute: rate))
            }
            sleep(1)
        }
    }

    private struct Screen: Encodable {
        let status: ServiceStatus
        let counts: SlideCounts?
        let capturesPerMinute: Double?
    }
}
