import ArgumentParser
import ControlClient

struct CountsCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "counts", abstract: "Print how many grains of each species a slide has.")

    @Argument(help: "The slide's name.")
    var name: String

    @OptionGroup var format: FormatOptions
    @OptionGroup var options: GlobalOptions

    func run(_ client: ControlClient) throws(ControlClientError) {
        let counts = try client.counts(ofSlide: name)
        emit(try Presentation.counts(counts, as: format.format(json: options.json)))
    }
}
