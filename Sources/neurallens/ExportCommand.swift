import ArgumentParser
import ControlAPI
import ControlClient
import FoundationEssentials

struct ExportCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a slide as a file for other programs or people, or labels to learn from.",
        discussion: """
            csv: one row a grain; counts-csv: one row a species; json: everything; geojson: one capture's outlines \
            as QuPath reads them; html: a report of one page; ome-tiff: one capture, its input and the lens's pictures \
            as channels; ome-zarr: the same as a folder of OME-Zarr, with the grains as labels; ecotaxa: a Zip file to import into \
            EcoTaxa, the grains that count with a picture each; ro-crate: a folder for deposit, with report, tables, pictures, \
            model cards, hashes, --licence and --publisher.

            coco, yolo and pix2pix write a new folder of the finished fields of one slide or more: pictures as stored, \
            and what people labelled in them. No slide is on both sides: those of --held-out are to judge by; of several \
            slides one is held out by a rule that the folder's README states, of a single one none. Names of slides are \
            written, names of the people who labelled are not.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case csv, json, geojson, html, ecotaxa, coco, yolo, pix2pix
        case roCrate = "ro-crate"
        case countsCSV = "counts-csv"
        case omeTIFF = "ome-tiff"
        case omeZarr = "ome-zarr"

        /// Nil for what is one capture's, or put together of several answers.
        var ofSlide: ExportFormat? {
            switch self {
            case .csv: .grainsCSV
            case .countsCSV: .countsCSV
            case .json: .json
            case .geojson: .geoJSON
            case .html: .report
            case .omeTIFF, .omeZarr, .ecotaxa, .roCrate, .coco, .yolo, .pix2pix: nil
            }
        }

        /// Nil for what is no folder of labels.
        var ofLabels: DataSetFormat? { DataSetFormat(rawValue: rawValue) }
    }

    @Argument(help: "The slide's name; of coco, yolo and pix2pix several may be named.")
    var names: [String]

    @Option(help: "csv, counts-csv, json, geojson, html, ome-tiff, ome-zarr, ecotaxa, ro-crate, coco, yolo or pix2pix.")
    var format: Format

    @Option(help: ArgumentHelp("The capture to write (ome-tiff, ome-zarr and geojson).", valueName: "number"))
    var capture: Int64?

    @Option(help: ArgumentHelp("A slide to judge by, not to learn from (labels).", valueName: "slide"))
    var heldOut: [String] = []

    @Option(
        help: ArgumentHelp(
            "A species to tell apart; the others are other objects (labels; default: all).", valueName: "key"))
    var species: [String] = []

    @Option(
        help: ArgumentHelp("Under which others may use it, such as CC-BY-4.0 (labels, ro-crate).", valueName: "SPDX"))
    var licence: String?

    @Option(help: "Who publishes it: a person or an institution (ro-crate).")
    var publisher: String?

    @Option(name: [.short, .long], help: "The file to write; of labels, ome-zarr and ro-crate the folder to make.")
    var output: String

    @Flag(help: "Replace the file if it exists.")
    var overwrite = false

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        if [.omeTIFF, .omeZarr].contains(format), capture == nil {
            throw ValidationError("\(format.rawValue) needs --capture.")
        }
        if ![.omeTIFF, .omeZarr, .geojson].contains(format), capture != nil {
            throw ValidationError("--capture is for --format ome-tiff, ome-zarr and geojson.")
        }
        if [.omeZarr, .roCrate].contains(format), overwrite {
            throw ValidationError("A folder is never replaced; name a new one.")
        }
        if let licence, !DataSetFolder.isLicence(licence) {
            throw ValidationError("--licence takes what https://spdx.org/licenses lists, such as CC-BY-4.0.")
        }
        if format == .roCrate {
            guard licence != nil, publisher != nil else {
                throw ValidationError("ro-crate needs --licence and --publisher: nobody may use what says neither.")
            }
        } else if publisher != nil {
            throw ValidationError("--publisher is for --format ro-crate.")
        }
        guard format.ofLabels == nil else { return try validateLabels() }
        guard names.count == 1 else {
            throw ValidationError("\(format.rawValue) writes one slide; several are for coco, yolo and pix2pix.")
        }
        guard heldOut.isEmpty, species.isEmpty else {
            throw ValidationError("--held-out and --species are for --format coco, yolo and pix2pix.")
        }
        guard licence == nil || format == .roCrate else {
            throw ValidationError("--licence is for --format ro-crate, coco, yolo and pix2pix.")
        }
    }

    private func validateLabels() throws {
        if let fault = labels.fault { throw ValidationError("\(visible(fault.description)).") }
        if overwrite { throw ValidationError("A folder of labels is never replaced; name a new one.") }
    }

    private var name: String { names[0] }

    private var labels: DataSetRequest {
        DataSetRequest(
            slides: names, heldOut: heldOut.isEmpty ? nil : heldOut, species: species.isEmpty ? nil : species)
    }

    private func writeLabels(_ client: ControlClient, as format: DataSetFormat) throws(ControlClientError) {
        try OutputFolder.requireAbsent(output)
        let report = try client.dataSet(labels)
        let folder = try DataSetFolder(
            report, format: format, licence: licence, version: try client.status().version)
        let bar = ProgressLine()
        defer { bar.clear() }
        let summary = try folder.write(to: output, from: client) { done in
            bar.show(Double(done) / Double(report.fields.count), "\(done) of \(report.fields.count) pictures")
        }
        bar.clear()
        try show(summary, Presentation.dataSet(summary))
    }

    private func writeEcoTaxa(_ client: ControlClient) throws(ControlClientError) {
        let bar = ProgressLine()
        defer { bar.clear() }
        var pictures = 0
        try client.ecoTaxa(slide: name, to: output, overwrite: overwrite) { done, all in
            pictures = all
            bar.show(Double(done) / Double(all), "\(done) of \(all) grains")
        }
        bar.clear()
        try show(
            WrittenGrains(file: output, grains: pictures),
            "\(visible(output)) written, \(pictures) grain\(pictures == 1 ? "" : "s")\n")
    }

    private func writeCrate(_ client: ControlClient) throws(ControlClientError) {
        let crate = SlideCrate(
            slide: name, licence: licence ?? "", publisher: publisher ?? "", version: try client.status().version)
        let bar = ProgressLine()
        defer { bar.clear() }
        let now = Date().formatted(.iso8601)
        let summary = try crate.write(to: output, from: client, now: now) { done, all in
            bar.show(Double(done) / Double(all), "\(done) of \(all) captures")
        }
        bar.clear()
        try show(
            summary, "\(visible(summary.folder)) made, \(summary.files) files, \(Presentation.size(summary.bytes))\n")
    }

    func run(_ client: ControlClient) throws(ControlClientError) {
        if let format = format.ofLabels { return try writeLabels(client, as: format) }
        if !overwrite { try OutputFile.requireAbsent(output) }
        if format == .ecotaxa { return try writeEcoTaxa(client) }
        if format == .roCrate { return try writeCrate(client) }
        if format == .omeZarr {
            let files = try client.omeZarr(ofCapture: try knownCapture(client), to: output)
            return try show(
                WrittenFolder(folder: output, files: files), "\(visible(output)) made, \(files) files\n")
        }
        let bytes = try content(client)
        try OutputFile.write(bytes, to: output, overwrite: overwrite)
        try show(written: bytes, to: output)
    }

    private func content(_ client: ControlClient) throws(ControlClientError) -> [UInt8] {
        if let format = format.ofSlide { return try client.export(slide: name, format: format, capture: capture) }
        return try client.export(capture: try knownCapture(client), as: .omeTIFF)
    }

    /// Of the slide that is named, and no other.
    private func knownCapture(_ client: ControlClient) throws(ControlClientError) -> Int64 {
        let capture = capture ?? 0
        guard try client.captures(ofSlide: name).contains(where: { $0.id == capture }) else {
            throw ControlClientError(
                Problem(
                    .captureNotFound, "the slide \"\(name)\" has no capture \(capture)",
                    hint: "list them with neurallens captures --slide NAME"))
        }
        return capture
    }
}

private struct WrittenFolder: Encodable {
    let folder: String
    let files: Int
}

private struct WrittenGrains: Encodable {
    let file: String
    let grains: Int
}
