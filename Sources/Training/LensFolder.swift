import Digest
import Foundation
import Lens
import Network

/// The lens that training writes: `lens.json` and a weight file a network, network by network.
package struct LensFolder: Sendable {
    package let path: String
    /// Side of the tiles that the networks will run on; nil takes the first one's training pictures'.
    package var tilePixels: Int?
    /// Overlap of neighbouring tiles; nil takes an eighth of the tile.
    package var overlapPixels: Int?
    package var minimumGrainAreaSquareMicrometres = 60.0

    package init(path: String, tilePixels: Int? = nil) {
        self.path = path
        self.tilePixels = tilePixels
    }

    /// Adds or replaces a network.
    /// - weights: bytes of its file.
    /// - account: how it was trained, in a sentence.
    /// Once it can label, the lens is sealed and can be loaded, to count with.
    /// - Returns: networks that it still lacks to draw the magnified picture.
    /// - Throws: `.badOptions` where the folder holds another lens, `.cannotWrite`.
    @discardableResult
    package func add(
        _ role: NetworkRole, weights: [UInt8], options: TrainingOptions, supply: any FieldSupply, account: String,
        threads: Int
    ) throws(TrainingError) -> [String] {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw TrainingError(
                .cannotWrite, "\(path) cannot be made: \(error.localizedDescription)", hint: "check its path")
        }
        var manifest = try existing() ?? newManifest(options, supply)
        try check(manifest, options, supply)
        var entry = role.entry(species: supply.species)
        if options.hasInterval { entry.interval = .init(scale: 1) }
        if supply.binning > 1 { entry.binning = supply.binning }
        entry.sha256 = sha256Hex(weights)
        try AtomicFile.write(weights, to: "\(path)/\(entry.file)")
        var entries = manifest.networks.filter { $0.name != entry.name } + [entry]
        let order = NetworkRole.all(species: supply.species).map(\.name)
        let wanted = supply.roles.map(\.name)
        entries.sort { (order.firstIndex(of: $0.name) ?? order.count) < (order.firstIndex(of: $1.name) ?? order.count) }
        manifest.networks = entries
        manifest.testVector = nil
        manifest.provenance[role.name] = account
        try write(manifest)
        let missing = wanted.filter { name in !entries.contains { $0.name == name } }
        if entries.contains(where: { $0.writes == LensManifest.map }) {
            do {
                try NeuralLens.seal(folder: path, threads: threads)
            } catch {
                throw TrainingError(.cannotWrite, error.message, hint: error.hint)
            }
        }
        return missing
    }

    /// Refuses, before hours of training, a folder that holds another lens, and a network that fits none.
    package func check(_ options: TrainingOptions, _ supply: any FieldSupply) throws(TrainingError) {
        try check(existing() ?? newManifest(options, supply), options, supply)
    }

    private var manifestPath: String { path + "/lens.json" }

    private func existing() throws(TrainingError) -> LensManifest? {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: manifestPath)) else { return nil }
        do {
            return try JSONDecoder().decode(LensManifest.self, from: data)
        } catch {
            throw TrainingError(
                .badOptions, "\(manifestPath) is not a lens manifest", hint: "name another folder, or remove it")
        }
    }

    private func newManifest(_ options: TrainingOptions, _ supply: any FieldSupply) -> LensManifest {
        let tile = tilePixels ?? options.size * supply.binning
        var manifest = LensManifest(
            format: 1, name: URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent,
            title: supply.species.map(\.name).joined(separator: " and "), nmPerPixel: supply.lensNmPerPixel,
            tilePixels: tile, overlapPixels: overlapPixels ?? tile / 8,
            normalisation: options.normalisation.rawValue, species: supply.species, otherChannel: supply.otherChannel,
            minimumGrainAreaSquareMicrometres: minimumGrainAreaSquareMicrometres, networks: [], testVector: nil,
            provenance: [:])
        manifest.fieldCorrection = supply.fieldCorrection
        return manifest
    }

    private func check(
        _ manifest: LensManifest, _ options: TrainingOptions, _ supply: any FieldSupply
    ) throws(TrainingError) {
        func refuse(_ what: String, _ there: String, _ here: String) -> TrainingError {
            TrainingError(
                .badOptions, "\(path) holds a lens of another \(what): \(there), here \(here)",
                hint:
                    "all networks of a lens share scale, tile, normalisation, field correction and species; name another folder"
            )
        }
        if manifest.nmPerPixel != supply.lensNmPerPixel {
            throw refuse("scale", "\(manifest.nmPerPixel) nm a pixel", "\(supply.lensNmPerPixel)")
        }
        if let tilePixels, manifest.tilePixels != tilePixels {
            throw refuse("tile", "\(manifest.tilePixels) px", "\(tilePixels)")
        }
        // Of running statistics a network learns as much from smaller pictures than the tiles it is used on.
        let side = manifest.tilePixels / supply.binning
        let isSized = options.normalisation == .running || side == options.size
        guard isSized, manifest.tilePixels % (supply.binning << options.layers) == 0, side >= options.size else {
            throw TrainingError(
                .badOptions,
                "a network of \(options.layers) layers trained on \(options.size) px does not fit the lens's tiles of "
                    + "\(manifest.tilePixels) px"
                    + (supply.binning > 1 ? ", of which it sees means of \(supply.binning) x \(supply.binning)" : ""),
                hint: "train it on pictures of the tiles' size, or with running statistics on smaller ones, and with "
                    + "layers whose 2^layers divides the tile")
        }
        if manifest.normalisation != options.normalisation.rawValue {
            throw refuse("normalisation", manifest.normalisation, options.normalisation.rawValue)
        }
        if manifest.fieldCorrection != supply.fieldCorrection {
            throw refuse("field correction", manifest.fieldCorrection ?? "none", supply.fieldCorrection ?? "none")
        }
        if manifest.species != supply.species || manifest.otherChannel != supply.otherChannel {
            throw refuse(
                "set of species", manifest.species.map(\.key).joined(separator: ", "),
                supply.species.map(\.key).joined(separator: ", "))
        }
    }

    private func write(_ manifest: LensManifest) throws(TrainingError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(manifest) else {
            throw TrainingError(.cannotWrite, "\(manifestPath) cannot be encoded", hint: "report this")
        }
        try AtomicFile.write([UInt8](data), to: manifestPath)
    }
}
