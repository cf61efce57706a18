import ArgumentParser
import ControlClient

struct StatusCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show camera, lens, queue and store.")

    @OptionGroup var options: GlobalOptions

    func run(_ client: ControlClient) throws(ControlClientError) {
        let status = try client.status()
        try show(status, Presentation.status(status))
    }
}
