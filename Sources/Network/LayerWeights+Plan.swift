import Kernels
import Tensor

extension LayerWeights {
    /// The layer for one image size; running statistics fold into weights and bias, in double precision.
    /// - normalisation: nil where the layer is not normalised.
    func planned(_ shape: ConvolutionShape, normalisation: Normalisation?, squashes: Bool = false) -> Convolution {
        guard normalisation == .running, let statistics else {
            return Convolution(
                shape, weight: weight, bias: bias, squashes: squashes, collectsMoments: normalisation == .instance)
        }
        let gains = statistics.variance.indices.map { output in
            Double(affine?.scale[output] ?? 1)
                / (Double(statistics.variance[output]) + Normalisation.epsilon).squareRoot()
        }
        let foldedBias = gains.enumerated().map { output, gain in
            let offset = Double(bias?[output] ?? 0) - Double(statistics.mean[output])
            return Float(Double(affine?.shift[output] ?? 0) + offset * gain)
        }
        // [out, in, 4, 4] or [in, out, 4, 4].
        var folded = weight
        for index in folded.indices {
            let output = shape.direction == .down ? index / (16 * shape.inputChannels) : index / 16 % gains.count
            folded[index] = Float(Double(folded[index]) * gains[output])
        }
        return Convolution(shape, weight: folded, bias: foldedBias, squashes: squashes)
    }
}
