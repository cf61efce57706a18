import Kernels
import Tensor

/// Normalisation of some channels by the mean and biased variance of the image at hand.
struct InstanceNorm {
    /// Normalised value = value * scale + shift; owned by the level.
    let scale: UnsafeMutablePointer<Float>
    let shift: UnsafeMutablePointer<Float>
    /// Pixels that the statistics are taken over.
    let pixels: Int
    /// As trained; 1 and 0 where there is none.
    let affine: LayerWeights.Affine?

    func update(from moments: ChannelMoments) {
        moments.reduced(count: pixels) { channel, mean, variance in
            let gain = Double(affine?.scale[channel] ?? 1) / (variance + Normalisation.epsilon).squareRoot()
            scale[channel] = Float(gain)
            shift[channel] = Float(Double(affine?.shift[channel] ?? 0) - mean * gain)
        }
    }
}
