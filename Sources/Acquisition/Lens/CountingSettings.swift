internal import Grains
internal import Lens
internal import SlideStore

/// What of a lens's map counts: the lens's own thresholds, unless a reanalysis asked for others.
struct CountingSettings: Sendable, Equatable {
    /// Grains of less confidence are unidentified, 0...1; nil: as the lens says.
    var minimumConfidence: Double?
    /// Smaller objects are no grains; nil: as the lens says.
    var minimumAreaSquareMicrometres: Double?
    var borderRule = BorderRule.twoEdges

    func finder(of manifest: LensManifest) -> GrainFinder {
        var finder = manifest.grainFinder
        if let minimumConfidence { finder.minimumConfidence = minimumConfidence }
        if let minimumAreaSquareMicrometres { finder.minimumAreaSquareMicrometres = minimumAreaSquareMicrometres }
        finder.borderRule = borderRule
        return finder
    }

    private static let area = "minimum_grain_area_um2"
    private static let confidence = "minimum_confidence"

    /// As they are kept with the results, the lens's own written out.
    func stored(with manifest: LensManifest) -> [String: Setting] {
        let finder = finder(of: manifest)
        return [
            Self.area: .number(finder.minimumAreaSquareMicrometres), Self.confidence: .number(finder.minimumConfidence),
            [String: Setting].borderRule: .text(finder.borderRule.rawValue),
            [String: Setting].borderGuard: .number(finder.guardMicrometres),
            [String: Setting].doubtfulBelow: .number(Run.usualDoubtfulThreshold),
        ]
    }
}

extension CountingSettings {
    init(stored settings: [String: Setting]) {
        minimumConfidence = settings[Self.confidence]?.number
        minimumAreaSquareMicrometres = settings[Self.area]?.number
        borderRule = settings[[String: Setting].borderRule]?.text.flatMap(BorderRule.init(rawValue:)) ?? .all
    }
}
