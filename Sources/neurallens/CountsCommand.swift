import ArgumentParser
import ControlClient

struct CountsCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "counts", abstract: "Print how many grains of each species a slide has.",
        discussion: """
            Densities come with a 95 % interval that respects clumping; concentrations in air need the slide's sampled \
            volume and deposit area (neurallens slide set). While fields are still compared with their neighbours, counts \
            are provisional and say so; --surveyed waits for the end of it.
            """)

    @Argument(help: "The slide's name.")
    var name: String

    @Option(
        help: ArgumentHelp(
            "Say how many more fields bring half the interval down to this share of the density: 10% or 0.1.",
            valueName: "share"))
    var untilPrecision: Share?

    @Flag(help: "Wait until the slide is surveyed: until it is known which grains several fields show.")
    var surveyed = false

    @OptionGroup var format: FormatOptions
    @OptionGroup var options: GlobalOptions

    func run(_ client: ControlClient) throws(ControlClientError) {
        let counts = try client.counts(
            ofSlide: name, untilPrecision: untilPrecision?.value, isSurveyed: surveyed)
        emit(try Presentation.counts(counts, as: format.format(json: options.json)))
    }
}

/// Above 0 and below 1, or in per cent.
struct Share: ExpressibleByArgument {
    let value: Double

    init?(argument: String) {
        let number = argument.hasSuffix("%") ? argument.dropLast().filter { $0 != " " } : argument
        guard let given = Double(number) else { return nil }
        value = argument.hasSuffix("%") ? given / 100 : given
        guard value > 0, value < 1 else { return nil }
    }
}
