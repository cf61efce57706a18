import ArgumentParser
import ControlAPI
import ControlClient

struct SeasonCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "season",
        abstract: "Daily values of a trap, day after day, with sums, peaks and the season's begin and end.",
        discussion: """
            Of all slides whose samples are of one trap (neurallens sample set). Days without a value are missing, not zero. The \
            season begins and ends on the days on which 2.5 and 97.5 % of the sum are reached. csv: a row a slide and species, \
            with intervals; aerobiology: a column a pollen type, as R's AeRobiology reads it.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case csv, aerobiology
    }

    @Option(help: "Where the trap stands; may be left out where there is one.")
    var station: String?

    @Option(help: "Tells traps of one station apart.")
    var trapName: String?

    @Option(help: ArgumentHelp("First day, as 2026-03-01.", valueName: "date"))
    var from: String?

    @Option(help: ArgumentHelp("Last day.", valueName: "date"))
    var to: String?

    @Option(help: "csv or aerobiology, into the file of --output.")
    var format: Format?

    @Option(name: [.short, .long], help: "The file to write.")
    var output: String?

    @Flag(help: "Replace the file if it exists.")
    var overwrite = false

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard (format == nil) == (output == nil) else {
            throw ValidationError("--format and --output belong together.")
        }
    }

    func run(_ client: ControlClient) throws(ControlClientError) {
        if let output, !overwrite { try OutputFile.requireAbsent(output) }
        let season = try client.season(station: station, trapName: trapName, from: from, to: to)
        guard let format, let output else { return try show(season, Presentation.season(season)) }
        let bytes = format == .csv ? season.csv : season.aeRobiologyTable
        try OutputFile.write(bytes, to: output, overwrite: overwrite)
        try show(written: bytes, to: output)
    }
}
