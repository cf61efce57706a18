internal import Foundation
internal import Network

/// The make of a lens's labelling network, read without planning it: what another lens needs to start from its weights.
package struct LabellingNetwork: Sendable, Equatable {
    package let manifest: LensManifest
    package let layers: Int
    package let baseChannels: Int
    /// The lens's pixels a side of one of the network's.
    package let binning: Int
    /// Bytes of its weight file.
    package let weights: [UInt8]

    /// - Throws: `badManifest` where it is of a make that training does not have.
    package init(folder: String) throws(LensError) {
        let path = folder + "/lens.json"
        manifest = try LensManifest.decode(Data(try NeuralLens.read(path)), path: path)
        guard
            let entry = manifest.networks.first(where: {
                $0.writes == LensManifest.map && $0.reads == ["field"] && $0.maskedBy == nil
            })
        else {
            throw LensError(
                .badManifest, "\(path) has no network that labels the field alone",
                hint: "start from another lens, or from random weights")
        }
        binning = entry.binning ?? 1
        weights = try NeuralLens.read("\(folder)/\(entry.file)")
        let description: GeneratorDescription
        do throws(NetworkError) {
            description = try GeneratorWeights(WeightFile(bytes: weights, source: entry.file)).description
        } catch {
            throw LensError(.unreadable, error.message, hint: error.hint)
        }
        layers = description.layers
        baseChannels = description.baseChannels
        let usual = GeneratorDescription(
            layers: layers, baseChannels: baseChannels, normalisation: description.normalisation)
        guard description == usual, description.normalisation != .absent,
            description.normalisation.rawValue == manifest.normalisation
        else {
            throw LensError(
                .badManifest, "the labelling network of the lens \(manifest.name) is of a make that cannot be taught",
                hint: "start from another lens, or from random weights")
        }
    }
}
