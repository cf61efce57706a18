import Foundation
import Network
import Tensor
import Testing

/// A checkpoint of Fixtures/make_fixtures.py with what PyTorch made of an image.
struct Fixture: Sendable, CustomStringConvertible {
    static let all = ["batch-5", "batch-6-half", "instance-5-bfloat", "instance-6", "odd-channels"].map(Fixture.init)

    let name: String

    init(_ name: String) { self.name = name }

    var description: String { name }
    var path: String { Bundle.module.bundlePath + "/Fixtures/\(name).safetensors" }
    var expectedPath: String { Bundle.module.bundlePath + "/Fixtures/\(name)-expected.safetensors" }
    var checkpoint: WeightFile { get throws { try WeightFile(path: path) } }
    var expected: WeightFile { get throws { try WeightFile(path: expectedPath) } }

    /// Modes the checkpoint can be used in.
    var normalisations: [Normalisation] { name.hasPrefix("instance") ? [.instance] : [.running, .instance] }

    func weights(_ normalisation: Normalisation, as type: ScalarType = .float32) throws -> GeneratorWeights {
        try GeneratorWeights(WeightFile(bytes: importGenerator(checkpoint, normalisation: normalisation, as: type)))
    }

    /// The image as the engine takes it, [height, width, channels].
    func image() throws -> (pixels: [Float], height: Int, width: Int) {
        let shape = try #require(expected.entries["x"]).shape
        return (try interleaved("x"), shape[2], shape[3])
    }

    /// Tensor [1, channels, height, width] of the expected file as [height, width, channels].
    func interleaved(_ tensor: String) throws -> [Float] {
        let shape = try #require(expected.entries[tensor]).shape
        let values = try expected.floats(tensor)
        let pixels = shape[2] * shape[3]
        return (0..<values.count).map { values[$0 % shape[1] * pixels + $0 / shape[1]] }
    }
}
