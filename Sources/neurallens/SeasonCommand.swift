import ArgumentParser
import ControlAPI
import ControlClient

struct SeasonCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "season",
        abstract: "Daily values of a trap, day after day and year after year, with sums, peaks, begin and end.",
        discussion: """
            Of all slides whose samples are of one trap (neurallens sample set). A day on two slides, as when the tape is changed, \
            has the mean of both, by their hours. Days without a value are missing, not zero. A year's season begins and ends on \
            the days on which 2.5 and 97.5 % of its sum are reached.

            csv: a row a day and species, with intervals; aerobiology: a column a pollen type, as R's AeRobiology reads it; html: \
            a page with plots; svg: the plots; dwca: a Darwin Core archive to publish, with --licence.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case csv, aerobiology, html, svg, dwca

        /// Nil for what is put together here.
        var ofSeason: SeasonFormat? {
            switch self {
            case .csv: .csv
            case .aerobiology: .aeRobiology
            case .html: .report
            case .svg: .picture
            case .dwca: nil
            }
        }
    }

    @Option(help: "Where the trap stands; may be left out where there is one.")
    var station: String?

    @Option(help: "Tells traps of one station apart.")
    var trapName: String?

    @Option(help: ArgumentHelp("First day, as 2026-03-01.", valueName: "date"))
    var from: String?

    @Option(help: ArgumentHelp("Last day.", valueName: "date"))
    var to: String?

    @Option(help: ArgumentHelp("Years begin with this month, 7 where seasons span the new year.", valueName: "month"))
    var firstMonth = 1

    @Option(help: "csv, aerobiology, html, svg or dwca, into the file of --output.")
    var format: Format?

    @Option(help: ArgumentHelp("Under which others may use it, such as CC-BY-4.0 (dwca).", valueName: "SPDX"))
    var licence: String?

    @Option(help: "Who publishes it: a person or an institution (dwca).")
    var publisher: String?

    @Option(help: "Where the trap stands, in decimal degrees of WGS 84, as 51.34,12.37 (dwca).")
    var place: GeographicPlace?

    @Option(name: [.short, .long], help: "The file to write.")
    var output: String?

    @Flag(help: "Replace the file if it exists.")
    var overwrite = false

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard (format == nil) == (output == nil) else {
            throw ValidationError("--format and --output belong together.")
        }
        guard (1...12).contains(firstMonth) else { throw ValidationError("--first-month is 1 to 12.") }
        if format == .dwca {
            guard let licence, publisher != nil else {
                throw ValidationError("dwca needs --licence and --publisher: nobody may use what says neither.")
            }
            guard DataSetFolder.isLicence(licence) else {
                throw ValidationError("--licence takes what https://spdx.org/licenses lists, such as CC-BY-4.0.")
            }
        } else if licence != nil || publisher != nil || place != nil {
            throw ValidationError("--licence, --publisher and --place are for --format dwca.")
        }
    }

    private var request: SeasonRequest {
        SeasonRequest(station: station, trapName: trapName, from: from, to: to, firstMonth: firstMonth)
    }

    func run(_ client: ControlClient) throws(ControlClientError) {
        if let output, !overwrite { try OutputFile.requireAbsent(output) }
        guard let format, let output else {
            let season = try client.season(request)
            return try show(season, Presentation.season(season))
        }
        guard let format = format.ofSeason else { return try writeArchive(client, to: output) }
        let bytes = try client.season(request, as: format)
        try OutputFile.write(bytes, to: output, overwrite: overwrite)
        try show(written: bytes, to: output)
    }

    private func writeArchive(_ client: ControlClient, to output: String) throws(ControlClientError) {
        let archive = DarwinCoreArchive(
            try client.season(request), licence: licence ?? "", publisher: publisher ?? "", place: place,
            version: try client.status().version)
        let summary = try archive.write(to: output, overwrite: overwrite)
        try show(
            summary, "\(visible(output)) written: \(summary.events) days, \(summary.occurrences) occurrences\n")
    }
}

extension GeographicPlace: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
