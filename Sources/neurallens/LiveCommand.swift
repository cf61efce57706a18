import ArgumentParser
import ControlAPI
import ControlClient
import Glibc

struct LiveCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "live", abstract: "Show the live picture with rates, focus and counts until q or Ctrl-C.",
        discussion: """
            On a terminal it fills the screen; the picture is drawn as the terminal can (kitty or sixel graphics), else in \
            coloured half blocks. On a pipe, and with --json, it prints status and counts once a second.
            """)

    enum Graphics: String, ExpressibleByArgument, CaseIterable {
        case auto, kitty, sixel, blocks, none

        /// Nil: the terminal is asked.
        var chosen: TerminalGraphics? { TerminalGraphics(rawValue: rawValue) }
    }

    @Option(help: "Show this slide's counts too.")
    var slide: String?

    @Option(help: "How pictures are shown: auto, kitty, sixel, blocks or none.")
    var graphics = Graphics.auto

    @Option(
        help: ArgumentHelp(
            "The picture to begin with: camera, field (the lens's input), map, magnified, labelled or only-KEY.",
            valueName: "view"))
    var view = "camera"

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard LivePicture.View(rawValue: view) != nil else {
            throw ValidationError("--view must be camera, field, map, magnified, labelled or only-KEY.")
        }
    }

    func run(_ client: ControlClient) throws(ControlClientError) {
        guard !options.json, LiveDisplay.isPossible else { return try printLines(client) }
        let view = LivePicture.View(rawValue: view) ?? .camera
        try LiveDisplay(client, slide: slide, graphics: graphics.chosen, view: view).run()
    }

    private func printLines(_ client: ControlClient) throws(ControlClientError) {
        // Ctrl-C is how this command is meant to end.
        onInterrupt { _ in _exit(0) }
        var first: (captures: Int, time: ContinuousClock.Instant)?
        while true {
            let status = try client.status()
            var counts: SlideCounts?
            if let slide, case .success(let known) = try client.countsOrReason(ofSlide: slide) { counts = known }
            let began = first ?? (status.store.captures, .now)
            first = began
            let minutes = began.time.duration(to: .now) / .seconds(60)
            let rate = minutes > 0.01 ? Double(status.store.captures - began.captures) / minutes : nil
            if options.json {
                emit(try Presentation.json(Screen(status: status, counts: counts, capturesPerMinute: rate)))
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
