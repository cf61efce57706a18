package import ControlAPI
import FoundationEssentials
import Tabular

/// A folder of labelled pictures for other programs to learn from. It is made beside its place and moved there when it is
/// complete: whole or not at all.
///
/// Beside what its format demands it holds `fields.csv`, which says of each picture its slide, capture and scale, and a
/// `README.md`. Names of slides are in it, names of people are not.
package struct DataSetFolder {
    /// What was written.
    package struct Summary: Codable, Sendable, Equatable {
        package var folder: String
        package var format: String
        package var pictures: Int
        package var objects: Int
        package var slides: [DataSetReport.Slide]
        package var species: [DataSetReport.Species]
        package var remarks: [String]
    }

    /// Species that a picture of labels has room for.
    private static let channels = 3

    let report: DataSetReport
    let format: DataSetFormat
    /// SPDX identifier; nil where none was stated.
    let licence: String?
    let version: String

    /// - Throws: `cannotWrite` where the format has no room for the species.
    package init(
        _ report: DataSetReport, format: DataSetFormat, licence: String?, version: String
    ) throws(ControlClientError) {
        if format == .pix2pix, report.species.count > Self.channels {
            throw ControlClientError(
                .cannotWrite,
                "\(report.species.count) species are labelled (\(report.species.map(\.key).joined(separator: ", "))), and a "
                    + "picture of labels has room for \(Self.channels)",
                hint: "name up to \(Self.channels) with --species KEY, the others are other objects")
        }
        self.report = report
        self.format = format
        self.licence = licence
        self.version = version
    }

    /// A licence as SPDX writes it: an identifier, or several with AND, OR, WITH and brackets.
    package static func isLicence(_ text: String) -> Bool {
        (1...100).contains(text.utf8.count) && text.first != " " && text.last != " "
            && text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
                    || "-.+ ()".utf8.contains($0)
            }
    }

    /// - Parameters:
    ///   - path: must not be there.
    ///   - progress: called with the pictures that are written.
    package func write(
        to path: String, from client: ControlClient, progress: (Int) -> Void
    ) throws(ControlClientError) -> Summary {
        let folder = try OutputFolder(path)
        for (name, text) in texts { try folder.add(name, Array(text.utf8)) }
        for (index, field) in report.fields.enumerated() {
            let picture =
                format == .pix2pix
                ? try client.pair(ofCapture: field.capture, species: report.species.map(\.key))
                : try client.image(ofCapture: field.capture, kind: .input)
            try folder.add(self.picture(field), picture)
            progress(index + 1)
        }
        let path = try folder.finish()
        return Summary(
            folder: path, format: format.rawValue, pictures: report.fields.count,
            objects: report.fields.reduce(0) { $0 + $1.objects.count }, slides: report.slides, species: report.species,
            remarks: report.remarks)
    }

    // MARK: Files

    private var parts: [String] {
        [false, true].filter { isHeldOut in report.fields.contains { $0.isHeldOut == isHeldOut } }
            .map { format.part(isHeldOut: $0) }
    }

    func name(_ field: DataSetReport.Field) -> String { "capture-\(field.capture)" }

    /// Its path in the folder.
    private func picture(_ field: DataSetReport.Field) -> String {
        (format == .yolo ? "images/" : "") + format.part(isHeldOut: field.isHeldOut) + "/\(name(field)).png"
    }

    private var texts: [(name: String, text: String)] {
        let own: [(String, String)] =
            switch format {
            case .coco:
                [false, true].filter { isHeldOut in report.fields.contains { $0.isHeldOut == isHeldOut } }.map {
                    ("annotations/instances_\(format.part(isHeldOut: $0)).json", coco(isHeldOut: $0))
                }
            case .yolo:
                [("data.yaml", yoloDescription)]
                    + report.fields.map {
                        ("labels/\(format.part(isHeldOut: $0.isHeldOut))/\(name($0)).txt", yoloLabels($0))
                    }
            case .pix2pix: []
            }
        return own + [("fields.csv", table), ("README.md", readMe)]
    }

    private var table: String {
        var csv = CSV(["file", "part", "slide", "capture", "width", "height", "nm_per_pixel", "objects"])
        for field in report.fields {
            csv.append([
                .text(picture(field)), .text(format.part(isHeldOut: field.isHeldOut)), .text(field.slide),
                .integer(field.capture), Cell(field.width), Cell(field.height), Cell(field.nmPerPixel),
                Cell(field.objects.count),
            ])
        }
        return csv.text
    }

    /// Whether there is anything that is a grain of none of the species.
    private var hasOthers: Bool { report.fields.contains { $0.objects.contains { $0.species == nil } } }

    /// Names of classes in their order: the species, then other objects where there are any.
    var classes: [String] { report.species.map(\.species) + (hasOthers ? ["other object"] : []) }

    func classNumber(_ object: DataSetReport.Object) -> Int {
        object.species.flatMap { key in report.species.firstIndex { $0.key == key } } ?? report.species.count
    }

    /// Names that people give must not become marks of Markdown.
    private func plain(_ text: String) -> String {
        visible(text).map { "\\`*_[]<>|#".contains($0) ? "\\\($0)" : "\($0)" }.joined()
    }

    private var readMe: String {
        func slides(_ isHeldOut: Bool) -> String {
            let named = report.slides.filter { $0.isHeldOut == isHeldOut }.map {
                "\(plain($0.slide)) (\($0.fields) field\($0.fields == 1 ? "" : "s"))"
            }
            return named.isEmpty ? "none" : named.joined(separator: ", ")
        }
        var lines = [
            "# Labelled pollen", "",
            "Written by NeuralLens \(version) as \(format.rawValue). Every field was labelled by people to its end: what is "
                + "not outlined is background.",
            "",
            "- Licence: " + (licence ?? "not stated; ask before you use or pass it on") + ".",
            "- To learn from (`\(format.part(isHeldOut: false))`): \(slides(false)).",
            "- Held out, to judge by (`\(format.part(isHeldOut: true))`): \(slides(true)).",
            "- No slide is in both. Pictures are as stored, in colours; `fields.csv` has the slide, the capture and the scale "
                + "of each, the scale empty where it is not known.",
            "- The names of slides are in it, those of people who labelled are not.", "",
            "| species | key | grains | held out |", "|---|---|---|---|",
        ]
        for species in report.species {
            lines.append(
                "| \(plain(species.species)) | \(species.key) | \(species.grains) | \(species.grainsHeldOut) |")
        }
        lines += ["", wording, ""] + report.remarks.map { plain($0) + "\n" }
        return lines.joined(separator: "\n")
    }

    private var wording: String {
        let others = hasOthers ? " *Other object* is what people said is a grain of none of these." : ""
        return switch format {
        case .coco:
            "Outlines are polygons in pixels from the upper left corner of the picture, holes filled; `area` is the "
                + "polygons' in square pixels. Grains that the border cuts end there (`on_border`).\(others)"
        case .yolo:
            "A line of a label is a class and the corners of an outline as shares of width and height; of an outline in "
                + "pieces it is the largest.\(others)"
        case .pix2pix:
            "Left: the field. Right: its labels, "
                + zip(["red", "green", "blue"], classes).map { "\($0) \(plain($1))" }.joined(separator: ", ")
                + ", black the background.\(others)"
        }
    }
}
