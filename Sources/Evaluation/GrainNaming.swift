internal import Grains

/// A finder's last step by itself: from evidence to confidence, and whether a grain is named at all.
struct GrainNaming {
    private let calibration: ConfidenceCalibration
    private let minimumConfidence: Double

    init(calibration: ConfidenceCalibration, minimumConfidence: Double = evenOdds) {
        self.calibration = calibration
        self.minimumConfidence = minimumConfidence
    }

    /// A grain is named where it is more likely right than wrong.
    static let evenOdds = 0.5

    /// Divides a finder into one that names every grain by its evidence, and the naming.
    static func of(_ finder: GrainFinder) -> (GrainFinder, GrainNaming) {
        var bare = finder
        bare.calibration = .identity
        bare.minimumConfidence = 0
        return (bare, GrainNaming(calibration: finder.calibration, minimumConfidence: finder.minimumConfidence))
    }

    func named(_ grain: Grain) -> Grain {
        var grain = grain
        grain.confidence = calibration.probability(grain.confidence)
        if grain.confidence < minimumConfidence { grain.species = Grain.unidentified }
        return grain
    }
}
