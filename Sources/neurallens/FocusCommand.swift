import ArgumentParser
import ControlAPI
import ControlClient

struct FocusCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "focus", abstract: "Let the motor find the height at which the field is sharpest.",
        discussion: """
            It climbs towards more contrast and comes from below each time, so that play in the drive does not matter. \
            Interrupted, the motor stops.
            """)

    @Option(
        name: .customLong("reach-um"),
        help: ArgumentHelp("How far it may go up and down; to its limits by default.", valueName: "um"))
    var reachUm: Double?

    @OptionGroup var options: GlobalOptions

    private var request: FocusRequest { FocusRequest(reachUm: reachUm) }

    func validate() throws {
        if let fault = request.fault { throw ValidationError("\(visible(fault.description)).") }
    }

    func run(_ client: ControlClient) throws(ControlClientError) {
        let report = try client.focus(request)
        try show(report, Presentation.focus(report))
    }
}
