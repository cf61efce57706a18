internal import ArgumentParser
internal import Foundation
internal import Pairing
internal import Registration

/// Brings pictures of two microscopes together into a dataset, and to and from the public pix2pix layout.
struct Pair: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a dataset: registered pairs, sample maps, splits.",
        subcommands: [PairFields.self, PairSimulation.self, PairExport.self, PairImport.self],
        defaultSubcommand: PairFields.self)
}

struct PairFields: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fields",
        abstract: "Make a dataset from optical pictures, electron micrographs if there are any, and labels.",
        discussion: """
            Pictures are PNG, TIFF of 8 or 16 bits, or JPEG; the two of a pair have one name, endings aside. The \
            optical picture is brought onto the micrograph by the silhouettes of the objects, to a fraction of a \
            pixel; a pair that does not clearly match is refused, with a picture of both, one over the other, in \
            OUTPUT-unmatched.

            The label file says what the objects are, as JSON { "a.png": [ { "species": "iva", "point": [x, y] }, ... ] \
            } or a table with a header. A label is a point in an object or a box around it, which names the outline that \
            Canny's edges give in the micrograph, or a shape to be drawn as it is: "ellipse" [cx, cy, rx, ry, degrees] \
            or "polygon" [[x, y], ...]. In short a list: [species, x, y] or [species, x0, y0, x1, y1]. A species is a \
            key, a name, its place among --species from 0, or "other". Tables are of any spreadsheet (commas, \
            semicolons, tabs); their columns: file, species, and x, y or x0, y0, x1, y1 or x, y, width, height (from the \
            corner) or cx, cy, width, height (about the centre) or cx, cy, rx, ry, degrees; x_um and the like, or a \
            column unit, count in micrometres. The files of COCO, labelme, QuPath (GeoJSON), Pascal VOC, VIA 2 and YOLO \
            are read as they are; where there is one a picture, name their folder. Pixels are those of the picture as \
            it is shown. \
            Without --sem, boxes become ellipses. Every picture must be named; an empty list says that it holds no \
            object. Objects without a label are other objects. Labels outside of their picture, without size or twice, \
            and species without a label are refused.

            The dataset holds optical/, map/, sem/, on-black/ and truth/, a file a field, dataset.json with the \
            splits, fields.csv with where each field came from, and contact-sheet.html to look at.
            """)

    @Option(help: "Folder of the optical pictures.")
    var optical: String

    @Option(help: "Folder of the electron micrographs; without it the dataset serves labelling alone.")
    var sem: String?

    @Option(help: "Label file, or a folder with one a picture.")
    var labels: String

    @Option(help: "Which pictures the labels' pixels belong to: optical or sem. Default: sem where there are any.")
    var labelsOn: PairMaker.LabelledPicture?

    @Option(
        name: .customLong("species"), parsing: .singleValue,
        help: "KEY=NAME or KEY=NAME:#rrggbb; once a species, in the order that numbers in the label file mean.")
    var species: [SpeciesOption]

    @Option(help: "Scale of the dataset and of the lens.")
    var nmPerPixel = 83.0

    @Option(help: "Scale of the optical pictures in the object plane.")
    var opticalNmPerPixel: Double

    @Option(help: "Scale of the micrographs. Default: that of the dataset.")
    var semNmPerPixel: Double?

    @Option(help: "Largest difference of scale that is looked for, in percent.")
    var scaleTolerance = 10.0

    @Option(help: "Largest rotation that is looked for, in degrees, up to 180.")
    var rotation = 5.0

    @Option(help: "Least confidence of a pair, 0 to 1.")
    var minimumConfidence = 0.65

    @Flag(help: "Go on without pairs that do not match.")
    var leaveOutUnmatched = false

    @Option(help: "Boxes are drawn as ellipses this much smaller, which keeps touching grains apart.")
    var boxFill = 0.85

    @Option(help: "Cut fields into squares of this many pixels.")
    var tile: Int?

    @OptionGroup var split: SplitOptions

    @Option(help: "Regular expression; pictures with the same match (or first group) in their names stay in one split.")
    var group: String?

    @Option(name: [.customShort("o"), .long], help: "Folder to make.")
    var output: String

    func validate() throws {
        try split.check()
        guard nmPerPixel > 0, opticalNmPerPixel > 0, (semNmPerPixel ?? 1) > 0 else {
            throw ValidationError("scales must be positive")
        }
        guard (0...50).contains(scaleTolerance), (0...180).contains(rotation), (0...1).contains(minimumConfidence),
            boxFill > 0, boxFill <= 1, (tile ?? 64) >= 16
        else {
            throw ValidationError(
                "--scale-tolerance must lie in 0 to 50, --rotation in 0 to 180, --minimum-confidence in 0 to 1, --box-fill in 0 to 1, --tile from 16 on"
            )
        }
    }

    func run() throws {
        var maker = PairMaker(
            opticalNmPerPixel: opticalNmPerPixel, semNmPerPixel: semNmPerPixel ?? nmPerPixel, nmPerPixel: nmPerPixel,
            species: try SpeciesOption.species(species))
        maker.labelled = labelsOn ?? (sem == nil ? .optical : .sem)
        maker.fill = boxFill
        maker.tile = tile
        maker.registrar.scaleRange = (1 - scaleTolerance / 100)...(1 + scaleTolerance / 100)
        maker.registrar.rotationLimit = rotation * .pi / 180
        maker.registrar.minimumConfidence = minimumConfidence
        maker.division = split.division
        maker.groupPattern = group
        maker.leavesOutUnmatched = leaveOutUnmatched
        let progress = ProgressLine()
        do {
            let summary = try maker.run(optical: optical, sem: sem, labels: labels, output: output) {
                progress.show("\($0) of \($1) pictures")
            }
            progress.end()
            for reason in summary.leftOut { print("left out: \(reason)") }
            print(summary.dataset.sentence(output))
        } catch {
            progress.end()
            throw fail(error.message, hint: error.hint)
        }
    }
}

struct PairSimulation: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulation", abstract: "Make a dataset of what `simulate --view pair` wrote.")

    @Argument(help: "Folders of simulated pairs.")
    var folders: [String]

    @OptionGroup var split: SplitOptions

    @Option(name: [.customShort("o"), .long], help: "Folder to make.")
    var output: String

    func validate() throws { try split.check() }

    func run() throws {
        var maker = SimulationImport()
        maker.division = split.division
        let progress = ProgressLine()
        do {
            let dataset = try maker.run(folders, output: output) { progress.show("\($0) fields") }
            progress.end()
            print(dataset.sentence(output))
        } catch {
            progress.end()
            throw fail(error.message, hint: error.hint)
        }
    }
}

struct PairExport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a dataset in the layout of the public pix2pix code: A|B side by side.")

    @Argument(help: "Dataset folder.")
    var dataset: String

    @Option(help: "Left half: optical, map, sem or on-black.")
    var from = DatasetFolder.Kind.optical

    @Option(help: "Right half.")
    var to = DatasetFolder.Kind.map

    @Option(name: [.customShort("o"), .long], help: "Folder to make, with train, val and test.")
    var output: String

    func run() throws {
        do {
            let count = try Pix2PixLayout.export(DatasetFolder(path: dataset), from: from, to: to, output: output)
            print("\(output): \(count) pictures, \(from.rawValue) | \(to.rawValue)")
        } catch {
            throw fail(error.message, hint: error.hint)
        }
    }
}

struct PairImport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Make a dataset of a folder in the layout of the public pix2pix code.")

    @Argument(help: "Folder with train, val and test.")
    var folder: String

    @Option(help: "What the left half shows: optical, map, sem or on-black.")
    var left = DatasetFolder.Kind.optical

    @Option(help: "What the right half shows.")
    var right = DatasetFolder.Kind.map

    @Option(
        name: .customLong("species"), parsing: .singleValue,
        help: "KEY=NAME or KEY=NAME:#rrggbb; once a species, in the maps red, blue and green.")
    var species: [SpeciesOption]

    @Option(help: "Scale of the pictures in the object plane.")
    var nmPerPixel: Double

    @Flag(help: "The map's remaining channel holds other objects.")
    var others = false

    @Option(name: [.customShort("o"), .long], help: "Folder to make.")
    var output: String

    func run() throws {
        let species = try SpeciesOption.species(species)
        let free = (0...2).first { channel in !species.contains { $0.mapChannel == channel } }
        guard !others || free != nil else {
            throw ValidationError(
                "--others means the map's channel that no species has, and three have all: leave one out")
        }
        do {
            let dataset = try Pix2PixLayout.import(
                folder, left: left, right: right, nmPerPixel: nmPerPixel, species: species,
                otherChannel: others ? free : nil, output: output)
            print(dataset.sentence(output))
        } catch {
            throw fail(error.message, hint: error.hint)
        }
    }
}

/// How fields are divided.
struct SplitOptions: ParsableArguments {
    @Option(help: "Part of the fields for validation, 0 to 1.")
    var val = 0.1

    @Option(help: "Part of the fields held out for the test, 0 to 1.")
    var test = 0.2

    @Option(help: "Equal seeds give equal splits.")
    var seed: UInt64 = 1

    func check() throws {
        guard val >= 0, test >= 0, val + test < 1 else {
            throw ValidationError("--val and --test must be parts of 1 that leave some for training")
        }
    }

    var division: DatasetWriter.Division { .init(val: val, test: test, seed: seed) }
}

/// KEY=NAME or KEY=NAME:#rrggbb.
struct SpeciesOption: ExpressibleByArgument {
    let key: String
    let name: String
    let colour: String?

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return nil }
        key = parts[0]
        if let colon = parts[1].lastIndex(of: ":"), parts[1][parts[1].index(after: colon)...].first == "#" {
            name = String(parts[1][..<colon])
            colour = String(parts[1][parts[1].index(after: colon)...])
        } else {
            name = parts[1]
            colour = nil
        }
        if let colour, colour.utf8.count != 7 || UInt32(colour.dropFirst(), radix: 16) == nil { return nil }
    }

    /// Red, blue and green in this order, as the maps of the paper.
    static func species(_ options: [SpeciesOption]) throws -> [Dataset.Species] {
        let places: [(channel: Int, colour: String)] = [(0, "#ff0000"), (2, "#0000ff"), (1, "#00ff00")]
        guard (1...3).contains(options.count) else {
            throw ValidationError("give one to three species with --species KEY=NAME")
        }
        return zip(options, places).map { option, place in
            Dataset.Species(
                key: option.key, name: option.name, mapChannel: place.channel, colour: option.colour ?? place.colour)
        }
    }
}

extension PairMaker.LabelledPicture: ExpressibleByArgument {}
extension DatasetFolder.Kind: ExpressibleByArgument {}

extension Dataset {
    /// What was made, in a line.
    fileprivate func sentence(_ path: String) -> String {
        "\(path): \(splits.all.count) fields (\(splits.train.count) train, \(splits.val.count) val, \(splits.test.count) test) at \(nmPerPixel) nm a pixel"
    }
}

/// One line on a terminal that says how far the work is.
struct ProgressLine {
    private let isTerminal = isatty(STDERR_FILENO) == 1

    func show(_ text: String) {
        if isTerminal { FileHandle.standardError.write(Data("\r\(text)\u{1B}[K".utf8)) }
    }

    func end() {
        if isTerminal { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
    }
}
