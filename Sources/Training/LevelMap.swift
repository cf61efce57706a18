import CTraining
import Kernels
import Tensor

/// A feature map that layers read through normalisation and activation, and the gradient that they feed back: values
/// as a layer gave them (before normalisation), and what readers apply to each channel.
final class LevelMap {
    let values: FeatureMap
    /// With respect to `values`, once `backward` has run.
    let gradient: FeatureMap
    let scale: UnsafeMutablePointer<Float>
    let shift: UnsafeMutablePointer<Float>
    private let memory: TensorBuffer<Float>
    private let affine: TensorBuffer<Float>

    init(height: Int, width: Int, channels: Int) {
        let count = height * width * channels
        memory = TensorBuffer(count: 2 * count)
        affine = TensorBuffer(count: 2 * channels)
        scale = affine.base
        shift = affine.base + channels
        scale.update(repeating: 1, count: channels)
        values = FeatureMap(base: memory.base, height: height, width: width, channels: channels, pixelStride: channels)
        gradient = FeatureMap(
            base: memory.base + count, height: height, width: width, channels: channels, pixelStride: channels)
    }

    /// What a layer reads of the channels `range`.
    /// - isPlain: whether nothing is applied but the activation.
    func input(_ range: Range<Int>, activation: Activation, isPlain: Bool = false) -> ConvolutionInput {
        ConvolutionInput(
            values[channels: range], scale: isPlain ? nil : UnsafePointer(scale + range.lowerBound),
            shift: isPlain ? nil : UnsafePointer(shift + range.lowerBound), activation: activation)
    }

    /// What came back from the layers that read some channels.
    struct Feedback {
        let gradient: FeatureMap
        let activation: Activation
    }

    /// Takes the gradient of the channels `range` back through activations, dropout and normalisation.
    /// - first: may be the gradient of these channels itself.
    /// - normalisation: nil where the channels are not normalised.
    /// - dropout: what dropout was applied to, and 1 / (1 - rate); the values are then its results.
    func backward(
        _ range: Range<Int>, first: Feedback, second: Feedback? = nil, normalisation: BatchNormalisation?,
        dropout: (raw: FeatureMap, factor: Float)? = nil, in workspace: Workspace
    ) {
        let shown = values[channels: range]
        let out = gradient[channels: range]
        let raw = dropout?.raw ?? shown
        var description = nlt_feedback(
            shown: shown.base, shown_stride: shown.pixelStride, shown_scale: scale + range.lowerBound,
            shown_shift: shift + range.lowerBound, first: first.gradient.base,
            first_stride: first.gradient.pixelStride, first_slope: first.activation.negativeSlope,
            second: second.map { UnsafePointer($0.gradient.base) }, second_stride: second?.gradient.pixelStride ?? 0,
            second_slope: second?.activation.negativeSlope ?? 0, factor: dropout?.factor ?? 1,
            raw: nil, raw_stride: 0, mean: nil, inverse_deviation: nil)
        if let normalisation {
            description.raw = UnsafePointer(raw.base)
            description.raw_stride = raw.pixelStride
            description.mean = UnsafePointer(normalisation.mean)
            description.inverse_deviation = UnsafePointer(normalisation.inverseDeviation)
        }
        let chunks = PixelChunks(pixels: out.height * out.width)
        let channels = range.count
        let sums = workspace.channelSums.base
        let arguments = description
        let collects = normalisation != nil
        if collects { sums.update(repeating: 0, count: chunks.count * 2 * channels) }
        workspace.pool.run(tasks: chunks.count) { task, _ in
            let chunk = collects ? sums + task * 2 * channels : nil
            let pixels = chunks[task]
            withUnsafePointer(to: arguments) {
                operations.pointee.activation_gradient(
                    $0, pixels.lowerBound, Int32(pixels.count), Int32(channels), out.base, out.pixelStride, chunk,
                    chunk.map { $0 + channels })
            }
        }
        normalisation?.backward(out, raw: raw, chunks: chunks, in: workspace)
    }

    var byteCount: Int { memory.byteCount }
}
