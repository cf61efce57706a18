import ArgumentParser
import ControlAPI
import ControlClient
import Glibc

struct WatchCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Print what happens as JSON lines until Ctrl-C.",
        discussion: """
            Every line is an object of event, id and data. After a lost connection it goes on behind the last event; where \
            that is not possible a line with the event reset says that something was missed.
            """)

    @Option(
        name: .customLong("event"),
        help: ArgumentHelp(
            "Print only such events; may be given several times. Without it all but live, which comes twice a second.",
            valueName: "name"))
    var events: [ServiceEvent.Name] = []

    @Option(help: ArgumentHelp("Begin behind this event.", valueName: "id"))
    var after: String?

    @OptionGroup var options: GlobalOptions

    func run(_ client: ControlClient) throws(ControlClientError) {
        // Ctrl-C is how this command is meant to end.
        onInterrupt { _ in _exit(0) }
        let wanted = Set((events.isEmpty ? ServiceEvent.Name.allCases.filter { $0 != .live } : events).map(\.rawValue))
        try client.followEvents(after: after) { loss in
            writeToStandardError("neurallens: connection lost, trying again: \(visible(loss.message))\n")
        } _: { event in
            if wanted.contains(event.name) { emit(Presentation.line(event)) }
        }
    }
}

extension ServiceEvent.Name: ExpressibleByArgument {}
