internal import Digest
internal import Foundation
package import Grains

extension LensManifest {
    /// What finds the grains of this lens's maps: its classes, size floor and confidence.
    package var grainFinder: GrainFinder {
        var classes = species.map { MapClass(key: $0.key, channel: $0.mapChannel) }
        if let otherChannel { classes.append(MapClass(key: nil, channel: otherChannel)) }
        var finder = GrainFinder(
            classes: classes, minimumAreaSquareMicrometres: minimumGrainAreaSquareMicrometres,
            calibration: calibration ?? .identity)
        if let minimumConfidence { finder.minimumConfidence = minimumConfidence }
        return finder
    }

    /// Nil where the table contradicts itself.
    var calibration: ConfidenceCalibration? {
        let table = confidenceCalibration ?? []
        guard table.allSatisfy({ $0.count == 2 }) else { return nil }
        return ConfidenceCalibration(table.map { .init(evidence: $0[0], probability: $0[1]) })
    }
}

extension NeuralLens {
    /// Writes into a lens's `lens.json` what its evidence is worth.
    /// - Parameter minimumConfidence: grains of less are unidentified, 0...1.
    /// - Returns: the digest of the lens, which is another now.
    @discardableResult
    package static func calibrate(
        folder: String, _ calibration: ConfidenceCalibration, minimumConfidence: Double
    ) throws(LensError) -> String {
        let path = folder + "/lens.json"
        var manifest = try LensManifest.decode(Data(try read(path)), path: path)
        func rounded(_ value: Double) -> Double { (value * 1e4).rounded() / 1e4 }
        manifest.confidenceCalibration = calibration.points.map { [rounded($0.evidence), rounded($0.probability)] }
        manifest.minimumConfidence = minimumConfidence
        try write(manifest, to: path)
        return sha256Hex(try read(path))
    }
}
