import Kernels
import Tensor

extension LayerWeights {
    /// The layer for one image size; running statistics fold into weights and bias, computed in double precision.
    /// - normalisation: nil where the layer is not normalised.
    /// - finish: what becomes of its values, which instance normalisation must leave as they are.
    func planned(
        _ shape: ConvolutionShape, normalisation: Normalisation?, finish: Finish, precision: Precision
    ) -> Convolution {
        guard normalisation == .running, let statistics else {
            return Convolution(
                shape, weight: weight, bias: bias, finish: finish, collectsMoments: normalisation == .instance,
                precision: precision)
        }
        let gains = statistics.variance.indices.map { output in
            Double(affine?.scale[output] ?? 1)
                / (Double(statistics.variance[output]) + Normalisation.epsilon).squareRoot()
        }
        let foldedBias = gains.enumerated().map { output, gain in
            let offset = Double(bias?[output] ?? 0) - Double(statistics.mean[output])
            return Float(Double(affine?.shift[output] ?? 0) + offset * gain)
        }
        return Convolution(
            shape, weight: weight, gains: gains.map(Float.init), bias: foldedBias, finish: finish,
            precision: precision)
    }
}
