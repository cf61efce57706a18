import Tensor

/// What one step shows a network, and what it is to answer.
final class Sample {
    /// [size, size, 3], -1...1.
    let picture: FeatureMap
    let target: FeatureMap
    /// Of the target's values, in order; nil where all count alike.
    let weights: TensorBuffer<Float>?
    /// Where a magnifier's species lies, one value a pixel, 0...1; nil for other networks.
    let mask: TensorBuffer<Float>?
    private let memory: TensorBuffer<Float>

    /// - size: side in pixels.
    init(size: Int, isWeighted: Bool, isMasked: Bool) {
        let count = size * size * 3
        memory = TensorBuffer(count: 2 * count)
        picture = FeatureMap(base: memory.base, height: size, width: size, channels: 3, pixelStride: 3)
        target = FeatureMap(base: memory.base + count, height: size, width: size, channels: 3, pixelStride: 3)
        weights = isWeighted ? TensorBuffer(count: count) : nil
        mask = isMasked ? TensorBuffer(count: size * size) : nil
    }
}
