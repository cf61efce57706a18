package import Lens

/// Fields drawn anew for every step by a generator of worlds: a function of seed and number.
package struct FreshFields: FieldSupply {
    package typealias Draw =
        @Sendable (_ seed: UInt64, _ number: Int, _ electron: Bool) throws(TrainingError) ->
        FieldPictures

    /// Of the fields that networks are judged by: the same for every training, so that curves compare.
    package static let validationSeed: UInt64 = 0x7661_6C69_6461_7465

    package let title: String
    package let digest: String
    package let nmPerPixel: Double
    package let species: [LensManifest.Species]
    package let otherChannel: Int?
    package let hasElectronMicrographs: Bool
    package let fieldCorrection: String?
    package let validationCount: Int
    private let seed: UInt64
    private let draw: Draw

    package var fieldCount: Int? { nil }

    /// - title: of the generator, without the seed.
    /// - digest: of everything but seed and number that fields depend on.
    /// - Throws: `.badOptions` where the seed is that of the validation fields.
    package init(
        title: String, digest: String, seed: UInt64, nmPerPixel: Double, species: [LensManifest.Species],
        otherChannel: Int?, hasElectronMicrographs: Bool, fieldCorrection: String?, validationCount: Int = 8,
        draw: @escaping Draw
    ) throws(TrainingError) {
        guard seed != Self.validationSeed else {
            throw TrainingError(
                .badOptions, "seed \(seed) is that of the fields for validation", hint: "take another seed")
        }
        self.title = "\(title), seed \(seed)"
        self.digest = "\(digest)-\(seed)"
        self.nmPerPixel = nmPerPixel
        self.species = species
        self.otherChannel = otherChannel
        self.hasElectronMicrographs = hasElectronMicrographs
        self.fieldCorrection = fieldCorrection
        self.validationCount = validationCount
        self.seed = seed
        self.draw = draw
    }

    package func field(_ number: Int, electron: Bool) throws(TrainingError) -> FieldPictures {
        try draw(seed, number, electron)
    }

    package func validationField(_ number: Int, electron: Bool) throws(TrainingError) -> FieldPictures {
        try draw(Self.validationSeed, number, electron)
    }
}
