import Randomness
import Tensor

extension GeneratorWeights {
    /// Seeded weights that keep values of order 1 through all layers: to time a network that nobody has trained.
    package static func random(_ description: GeneratorDescription, seed: UInt64) -> GeneratorWeights {
        var generator = SplitMix64(seed: seed)
        func numbers(_ count: Int, _ range: ClosedRange<Float>) -> [Float] {
            (0..<count).map { _ in Float.random(in: range, using: &generator) }
        }
        func layer(_ extents: [Int], inputs: Int, taps: Int, outputs: Int, normalised: Bool) -> LayerWeights {
            let shape = TensorShape(extents)!
            // Uniform in -a...a with variance 2 / (inputs * taps): He initialisation.
            let bound = (6 / Float(inputs * taps)).squareRoot()
            return LayerWeights(
                weight: numbers(shape.count, -bound...bound), weightShape: shape, bias: nil,
                affine: normalised
                    ? .init(scale: numbers(outputs, 0.8...1.2), shift: numbers(outputs, -0.2...0.2)) : nil,
                statistics: normalised && description.normalisation == .running
                    ? .init(mean: numbers(outputs, -0.2...0.2), variance: numbers(outputs, 0.8...1.2)) : nil)
        }
        return GeneratorWeights(
            description: description,
            contracting: (0..<description.layers).map { level in
                let inputs = description.contractingInput(level)
                let outputs = description.channels[level]
                return layer(
                    [outputs, inputs, 4, 4], inputs: inputs, taps: 16, outputs: outputs,
                    normalised: description.normalisesContracting(level))
            },
            expanding: (0..<description.layers).map { level in
                let inputs = description.expandingInput(level)
                let outputs = description.expandingOutput(level)
                return layer(
                    [inputs, outputs, 4, 4], inputs: inputs, taps: 4, outputs: outputs,
                    normalised: description.normalisesExpanding(level))
            })
    }
}
