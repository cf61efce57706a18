internal import Digest
internal import Foundation
package import Imaging
internal import Kernels
internal import Network

extension NeuralLens {
    /// Level of the labelling network that familiarity looks at by default: cells of 32 pixels, or what comes next to
    /// the innermost where a network has fewer.
    static func usualLevel(layers: Int) -> Int { max(0, min(4, layers - 2)) }

    /// Classes of cells: glass, species, other objects.
    static func cellClasses(_ manifest: LensManifest) -> Int {
        1 + manifest.species.count + (manifest.otherChannel == nil ? 0 : 1)
    }

    /// What the labelling network sees in a field, to make a `FamiliarityModel` of many.
    package func cells(of field: PictureRows, nmPerPixel: Double?) throws(LensError) -> FieldCells {
        try look(at: field, nmPerPixel: nmPerPixel, part: .map, finder: nil, cellLevel: familiarityLevel) { _ in true }
            .cells!
    }

    /// The same in cells half as wide, to tell objects from each other.
    /// - Parameter isWanted: asked every few milliseconds, on any thread; false stops the lens, which then throws
    ///   `.cancelled`.
    package func fineCells(
        of field: PictureRows, nmPerPixel: Double?, while isWanted: @escaping @Sendable () -> Bool
    ) throws(LensError) -> FieldCells {
        let level = max(0, Self.usualLevel(layers: labelling.description.layers) - 1)
        return try look(
            at: field, nmPerPixel: nmPerPixel, part: .map, finder: nil, cellLevel: level,
            permit: WorkPermit(while: isWanted)
        ) { _ in true }.cells!
    }

    /// Of the labelling network.
    var familiarityLevel: Int {
        manifest.familiarity?.level ?? Self.usualLevel(layers: labelling.description.layers)
    }

    /// Of the cells of a level of the labelling network, in the lens's pixels.
    func cellSide(level: Int) -> Int { (manifest.tilePixels / labelling.width) << (level + 1) }

    /// The network that writes the map.
    var labelling: Generator { generators[manifest.networks.first { $0.writes == LensManifest.map }!.name]! }

    /// Writes into the lens's folder what fields it knows: from the next time it is loaded, it says of each field how
    /// familiar it is.
    /// - Parameters:
    ///   - folder: of this lens.
    ///   - fields: that it knows; at least `FamiliarityModel.fewestFields`.
    ///   - limit: fields of less familiarity are not vouched for, 0...1.
    package func familiarise(
        folder: String, with fields: [FieldCells], limit: Double
    ) throws(LensError) -> FamiliarityModel {
        let model = try FamiliarityModel(fitting: fields, classes: Self.cellClasses(manifest))
        let (file, bytes) = ("familiarity.safetensors", model.serialised)
        do {
            try FileBytes.write(bytes, to: "\(folder)/\(file)")
        } catch {
            throw LensError(.unreadable, error.message, hint: error.hint)
        }
        var manifest = manifest
        manifest.familiarity = LensManifest.Familiarity(
            file: file, sha256: sha256Hex(bytes), level: familiarityLevel, limit: limit)
        try Self.write(manifest, to: folder + "/lens.json")
        return model
    }

    /// The model that the manifest names.
    static func loadFamiliarity(
        folder: String, _ manifest: LensManifest, labelling: Generator
    ) throws(LensError) -> FamiliarityModel? {
        guard let entry = manifest.familiarity else { return nil }
        let path = "\(folder)/\(entry.file)"
        let levels = labelling.description.channels
        guard levels.indices.contains(entry.level) else {
            throw LensError(
                .badManifest,
                "\(folder)/lens.json: familiarity looks at level \(entry.level) of a network of \(levels.count) levels",
                hint: "make it again with neurallens-lab familiarise")
        }
        let file = try mapped(path, sha256: entry.sha256)
        return try FamiliarityModel(
            file, path: path, channels: levels[entry.level], classes: cellClasses(manifest))
    }
}
