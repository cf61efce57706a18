import ArgumentParser
import ControlClient

struct GrainsCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "grains", abstract: "Print the grains of a capture with their measurements.",
        discussion: "Pixels are those of the stored input; lengths are left open where its scale is unknown.")

    @Argument(help: "The capture's number.")
    var capture: Int64

    @Flag(help: "Print what does not count too: rejected objects, and grains seen before.")
    var all = false

    @OptionGroup var format: FormatOptions
    @OptionGroup var options: GlobalOptions

    func run(_ client: ControlClient) throws(ControlClientError) {
        let grains = try client.grains(ofCapture: capture, includingRejected: all)
        emit(try Presentation.grains(grains, as: format.format(json: options.json)))
    }
}
