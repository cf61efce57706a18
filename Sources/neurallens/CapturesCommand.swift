import ArgumentParser
import ControlClient

struct CapturesCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "captures", abstract: "List the captures of a slide, oldest first.")

    @Option(help: "The slide's name.")
    var slide: String

    @OptionGroup var options: GlobalOptions

    func run(_ client: ControlClient) throws(ControlClientError) {
        let captures = try client.captures(ofSlide: slide)
        try show(captures, Presentation.captures(captures))
    }
}
