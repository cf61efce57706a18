internal import Grains
internal import Imaging
internal import Lens
internal import Simulation

/// A lens that counts the camera's pictures as the daemon does.
struct CountingLens {
    private let lens: NeuralLens
    /// Gives every grain the species and the evidence of its strongest class.
    private let finder: GrainFinder
    private let naming: GrainNaming

    init(folder: String, threads: Int) throws(EvaluationError) {
        do {
            lens = try NeuralLens(folder: folder, threads: threads)
        } catch {
            throw EvaluationError(.badLens, error.message, hint: error.hint)
        }
        (finder, naming) = GrainNaming.of(lens.manifest.grainFinder)
    }

    var borderRule: BorderRule { finder.borderRule }

    func named(_ grain: Grain) -> Grain { naming.named(grain) }

    var species: [String] { lens.manifest.species.map(\.key) }
    var name: String { lens.manifest.name }
    var digest: String { lens.digest }

    /// The objects of a field, those that do not count included. Networks that only draw do not run.
    func grains(in picture: Picture<UInt8>, nmPerPixel: Double) throws(EvaluationError) -> [Grain] {
        try evidence(in: picture, nmPerPixel: nmPerPixel).map(naming.named)
    }

    /// The same with the species that has most evidence, however little, and the evidence as confidence.
    func evidence(in picture: Picture<UInt8>, nmPerPixel: Double) throws(EvaluationError) -> [Grain] {
        do {
            return try lens.apply(to: PictureRows(picture), nmPerPixel: nmPerPixel, part: .map, finder: finder).grains
        } catch {
            throw EvaluationError(.badLens, error.message, hint: error.hint)
        }
    }
}
