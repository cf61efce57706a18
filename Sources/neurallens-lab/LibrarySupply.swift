internal import Foundation
internal import Imaging
internal import Lens
internal import Simulation
internal import Training

extension FreshFields {
    /// Fields that a library of grains lays out, divided by their glass.
    /// - seed: of the fields, not of the library.
    /// - without: worlds that are left out.
    init(library folder: String, seed: UInt64, without: [String]) throws(TrainingError) {
        let library: GrainLibrary
        do {
            library = try GrainLibrary(folder: folder, without: without)
        } catch {
            throw TrainingError(error.code == .noWorld ? .badOptions : .badDataSet, error.message, hint: error.hint)
        }
        let channels = [0, 2]
        try self.init(
            title: "the library \(folder) of \(library.description.worlds.joined(separator: ", "))",
            digest: library.digest, seed: seed, nmPerPixel: FreshField.nmPerPixel,
            species: [
                .init(key: "iva", name: "Iva xanthiifolia", colour: "#ff0000", mapChannel: channels[0]),
                .init(key: "galanthus", name: "Galanthus", colour: "#0000ff", mapChannel: channels[1]),
            ],
            otherChannel: 1, hasElectronMicrographs: true, fieldCorrection: LensManifest.glass,
            validationCount: 16
        ) { (seed, number, electron) throws(TrainingError) in
            let field = library.field(seed: seed, index: number, electron: electron)
            return FieldPictures(
                optical: field.optical.normalised.dividedByGlass().picture.eightBit, map: field.map,
                electron: field.electron, onBlack: field.onBlack,
                outlines: FieldOutlines(grains: field.outlines.map { .init(species: $0.species, outline: $0.outline) }),
                speciesChannels: channels)
        }
    }
}
