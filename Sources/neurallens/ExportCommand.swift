import ArgumentParser
import ControlAPI
import ControlClient

struct ExportCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a slide as a file for other programs or people.",
        discussion: """
            csv: one row a grain; counts-csv: one row a species; json: everything; geojson: one capture's outlines \
            as QuPath reads them; html: a report of one page; ome-tiff: one capture, its input and the lens's pictures \
            as channels.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case csv, json, geojson, html
        case countsCSV = "counts-csv"
        case omeTIFF = "ome-tiff"

        /// Nil for what is one capture's.
        var ofSlide: ExportFormat? {
            switch self {
            case .csv: .grainsCSV
            case .countsCSV: .countsCSV
            case .json: .json
            case .geojson: .geoJSON
            case .html: .report
            case .omeTIFF: nil
            }
        }
    }

    @Argument(help: "The slide's name.")
    var name: String

    @Option(help: "csv, counts-csv, json, geojson, html or ome-tiff.")
    var format: Format

    @Option(help: ArgumentHelp("The capture to write (ome-tiff and geojson).", valueName: "number"))
    var capture: Int64?

    @Option(name: [.short, .long], help: "The file to write.")
    var output: String

    @Flag(help: "Replace the file if it exists.")
    var overwrite = false

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        if format == .omeTIFF, capture == nil { throw ValidationError("ome-tiff needs --capture.") }
        if ![.omeTIFF, .geojson].contains(format), capture != nil {
            throw ValidationError("--capture is for --format ome-tiff and geojson.")
        }
    }

    func run(_ client: ControlClient) throws(ControlClientError) {
        if !overwrite { try OutputFile.requireAbsent(output) }
        let bytes = try content(client)
        try OutputFile.write(bytes, to: output, overwrite: overwrite)
        try show(written: bytes, to: output)
    }

    private func content(_ client: ControlClient) throws(ControlClientError) -> [UInt8] {
        if let format = format.ofSlide { return try client.export(slide: name, format: format, capture: capture) }
        let capture = capture ?? 0
        guard try client.captures(ofSlide: name).contains(where: { $0.id == capture }) else {
            throw ControlClientError(
                Problem(
                    .captureNotFound, "the slide \"\(name)\" has no capture \(capture)",
                    hint: "list them with neurallens captures --slide NAME"))
        }
        return try client.omeTIFF(ofCapture: capture)
    }
}
