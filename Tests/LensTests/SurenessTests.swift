import Foundation
import Imaging
import Lens
import Testing

/// A magnifier that states intervals: its channels are a value, a lower and an upper quantile.
@Suite struct SurenessTests {
    private let field = ColourLens.field(
        140, 70, [(36, 36, 14, DrawingTests.red), (100, 36, 14, DrawingTests.green)])

    /// Where it draws, the magnifier gives white; its quantiles are `lower` and `upper` everywhere, 0...1.
    private func output(lower: Float, upper: Float, scale: Double) throws -> LensOutput {
        let lens = try ColourLens(quantiles: ["magnifier-a": (lower, upper)]) { manifest in
            manifest.networks[1].interval = .init(scale: scale)
        }
        return try lens.lens.apply(to: field, nmPerPixel: 500)
    }

    @Test(arguments: [
        (Float(0.5), Float(0.9999), 1.0, 128), (0.75, 0.9999, 1, 192), (0.75, 0.9999, 2, 128), (0.5, 0.9999, 2, 1),
        (0.9999, 0.9999, 1, 255),
    ])
    func surenessIsTheIntervalsWidth(lower: Float, upper: Float, scale: Double, expected: Int) throws {
        let sureness = try #require(try output(lower: lower, upper: upper, scale: scale).sureness)
        #expect(abs(Int(sureness[36, 36]) - expected) <= 2)
        // Nothing is magnified on glass, nor where something foreign lies.
        #expect(sureness[70, 36] == 0 && sureness[100, 36] == 0 && sureness[4, 60] == 0)
    }

    @Test func theValueAloneIsDrawn() throws {
        let with = try output(lower: 0.2, upper: 0.9999, scale: 1), without = try ColourLens().lens
        let plain = try without.apply(to: field, nmPerPixel: 500)
        let differences = zip(with.magnified!.samples, plain.magnified!.samples).map { abs(Int($0) - Int($1)) }
        #expect(differences.max()! <= 1)
        #expect(plain.sureness == nil)
    }

    @Test func anIntervalThatCannotBeIsRefused() throws {
        for scale in [-1, .nan, 0] {
            let folder = try LensFolder()
            var manifest = try folder.manifest()
            manifest.networks[1].interval = .init(scale: scale.isNaN ? 1 : scale)
            if scale.isNaN { (manifest.networks[0].interval, manifest.networks[1].interval) = (.init(scale: 1), nil) }
            try folder.write(manifest: manifest)
            #expect { try NeuralLens(folder: folder.path, threads: 1) } throws: {
                ($0 as? LensError)?.code == .badManifest
            }
        }
    }
}
