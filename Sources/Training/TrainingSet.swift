import Digest
import Foundation
package import Lens

/// A folder of registered pictures of the same fields, at the lens's scale.
///
/// `dataset.json` names species, map channels, scale and splits; a field NAME has `optical/NAME.png`,
/// `map/NAME.png` (a channel a species) and, where the data set has electron micrographs, `sem/NAME.png` and
/// `on-black/NAME.png`; `truth/NAME.json` may tell its grains apart. The folder that `simulate --view pair` writes
/// is read as such a data set too.
package struct TrainingSet: Sendable {
    package enum Split: String, Sendable, CaseIterable { case train, val, test }

    package let folder: String
    package let nmPerPixel: Double
    package let species: [LensManifest.Species]
    package let otherChannel: Int?
    /// Names of fields.
    package let splits: [Split: [String]]
    /// Whether there are electron micrographs, so that all networks of a lens can be trained.
    package let hasElectronMicrographs: Bool
    /// Of names and sizes of all files.
    package let digest: String
    /// Whether each optical picture is divided by its own empty glass, as a lens that is trained so will do in use.
    package let dividesByGlass: Bool
    let onBlackFolder: String
    /// Outlines of single grains by field, where they are known.
    let truth: [String: FieldOutlines]

    /// Reads the description and the headers of all pictures.
    /// - Parameter limit: at most this many fields are learnt from, the first of them.
    /// - Throws: `.unreadable`, `.badDataSet`.
    package init(folder: String, dividesByGlass: Bool = false, limit: Int? = nil) throws(TrainingError) {
        self.dividesByGlass = dividesByGlass
        let manager = FileManager.default
        let description: Description
        if manager.fileExists(atPath: folder + "/dataset.json") {
            description = try Self.read(Description.self, folder + "/dataset.json")
            onBlackFolder = "on-black"
        } else if manager.fileExists(atPath: folder + "/truth.json") {
            description = .simulated(try Self.read(SimulatedTruth.self, folder + "/truth.json"))
            onBlackFolder = "sem-black"
        } else {
            throw TrainingError(
                .unreadable, "\(folder) holds neither dataset.json nor truth.json",
                hint: "name a folder that neurallens-lab pair, or simulate --view pair, wrote")
        }
        self.folder = folder
        nmPerPixel = description.nmPerPixel
        species = description.species
        otherChannel = description.otherChannel
        var splits: [Split: [String]] = [:]
        for split in Split.allCases { splits[split] = description.splits[split.rawValue] ?? [] }
        if let limit { splits[.train] = Array(splits[.train]!.prefix(limit)) }
        self.splits = splits
        let names = Split.allCases.flatMap { splits[$0]! }
        hasElectronMicrographs = manager.fileExists(atPath: folder + "/sem")
        try Self.check(description, names: names, folder: folder)
        var kinds = ["optical", "map"]
        if hasElectronMicrographs { kinds += ["sem"] }
        var listing = ""
        for name in names {
            var first: (kind: String, width: Int, height: Int)?
            for kind in kinds + (hasElectronMicrographs ? [onBlackFolder] : []) {
                let path = "\(folder)/\(kind)/\(name).png"
                if kind == onBlackFolder && !manager.fileExists(atPath: path) { continue }
                let header = try PNGHeader(path: path)
                listing += "\(kind)/\(name) \(header.width) \(header.height) \(header.fileBytes)\n"
                if let first, (first.width, first.height) != (header.width, header.height) {
                    throw TrainingError(
                        .badDataSet,
                        "field \(name) has \(first.width) x \(first.height) pixels in \(first.kind)/ "
                            + "and \(header.width) x \(header.height) in \(kind)/",
                        hint: "pair the field again: all pictures of a field have one size")
                }
                first = first ?? (kind, header.width, header.height)
            }
        }
        digest = sha256Hex([UInt8](listing.utf8)) + (dividesByGlass ? "-\(LensManifest.glass)" : "")
        var truth = description.truth
        for name in names {
            let path = "\(folder)/truth/\(name).json"
            if manager.fileExists(atPath: path) { truth[name] = try Self.read(FieldOutlines.self, path) }
        }
        self.truth = truth
    }

    private static func check(
        _ description: Description, names: [String], folder: String
    ) throws(TrainingError) {
        func refuse(_ message: String, _ hint: String) -> TrainingError {
            TrainingError(.badDataSet, "\(folder): \(message)", hint: hint)
        }
        guard !(description.splits["train"] ?? []).isEmpty else {
            throw refuse("no fields are named for training", "add names to splits.train of dataset.json")
        }
        let counts = Dictionary(grouping: names, by: \.self)
        if let twice = counts.first(where: { $1.count > 1 })?.key {
            throw refuse(
                "field \(twice) is named twice in the splits",
                "a field is for training, validation or test, not for two")
        }
        if let path = names.first(where: { $0.isEmpty || $0.contains("/") || $0.hasPrefix(".") }) {
            throw refuse("\"\(path)\" is no name of a field", "name files without folder and ending")
        }
        guard description.nmPerPixel > 0, description.nmPerPixel.isFinite else {
            throw refuse("nm_per_pixel must be positive", "state the scale of the pictures")
        }
        let channels = description.species.map(\.mapChannel) + (description.otherChannel.map { [$0] } ?? [])
        guard !description.species.isEmpty, channels.allSatisfy((0..<3).contains),
            Set(channels).count == channels.count
        else {
            throw refuse(
                "species and other objects must have one of the map's channels 0, 1, 2 each",
                "correct map_channel and other_channel of dataset.json")
        }
    }

    private static func read<Value: Decodable>(_ type: Value.Type, _ path: String) throws(TrainingError) -> Value {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw TrainingError(
                .unreadable, "\(path) cannot be read: \(error.localizedDescription)", hint: "check the file")
        }
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch {
            throw TrainingError(
                .badDataSet, "\(path) does not describe a data set: \(error)", hint: "write it again with pair")
        }
    }

    private struct Description: Decodable {
        var nmPerPixel: Double
        var species: [LensManifest.Species]
        var otherChannel: Int?
        var splits: [String: [String]]
        var truth: [String: FieldOutlines] = [:]

        enum CodingKeys: String, CodingKey {
            case species, splits
            case nmPerPixel = "nm_per_pixel"
            case otherChannel = "other_channel"
        }

        /// The simulated microscope's species and channels; every tenth field for validation.
        static func simulated(_ truth: SimulatedTruth) -> Description {
            let names = truth.fields.map { URL(fileURLWithPath: $0.file).deletingPathExtension().lastPathComponent }
            let isVal = names.indices.map { names.count > 1 && $0 % 10 == min(9, names.count - 1) }
            return Description(
                nmPerPixel: truth.nmPerPixel,
                species: [
                    .init(key: "iva", name: "Iva xanthiifolia", colour: "#ff0000", mapChannel: 0),
                    .init(key: "galanthus", name: "Galanthus", colour: "#0000ff", mapChannel: 2),
                ],
                otherChannel: 1,
                splits: [
                    "train": names.indices.filter { !isVal[$0] }.map { names[$0] },
                    "val": names.indices.filter { isVal[$0] }.map { names[$0] },
                ],
                truth: Dictionary(
                    zip(names, truth.fields.map { FieldOutlines(grains: $0.grains) }), uniquingKeysWith: { $1 }))
        }
    }

    private struct SimulatedTruth: Decodable {
        struct Field: Decodable {
            let file: String
            let grains: [FieldOutlines.Grain]
        }
        let nmPerPixel: Double
        let fields: [Field]

        enum CodingKeys: String, CodingKey {
            case fields
            case nmPerPixel = "nm_per_pixel"
        }
    }
}
