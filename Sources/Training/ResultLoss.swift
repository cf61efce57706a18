import CTraining
import Kernels
package import Tensor

/// How far a generator's result is from its target, beside what the discriminator says.
package enum ResultLoss: String, Sendable, Codable, CaseIterable {
    /// Mean absolute difference, as pix2pix was published.
    case absolute
    /// Cross-entropy of (result + 1) / 2 with (target + 1) / 2 as probabilities: for maps.
    case crossEntropy = "cross-entropy"

    /// - result: [height, width, channels], of tanh.
    /// - target: as the result, -1...1.
    /// - weights: one a value, in order; nil for 1.
    /// - other: gradient with respect to the result of other losses, in order.
    /// - factor: of this loss in the total.
    /// - gradient: becomes that of the total with respect to tanh's argument.
    /// - Returns: the mean loss, without the factor.
    package func evaluate(
        _ result: FeatureMap, target: FeatureMap, weights: UnsafePointer<Float>? = nil,
        other: UnsafePointer<Float>?, factor: Double, gradient: FeatureMap, in workspace: Workspace
    ) -> Double {
        let channels = result.channels
        precondition(target.channels == channels && gradient.channels == channels && gradient.pixelStride == channels)
        let chunks = PixelChunks(pixels: result.height * result.width)
        let scale = Float(factor / Double(chunks.pixels * channels))
        let sums = workspace.channelSums.base
        workspace.pool.run(tasks: chunks.count) { task, _ in
            let pixels = chunks[task]
            let first = pixels.lowerBound * channels
            let loss = self == .absolute ? nlt_absolute_gradient : nlt_cross_entropy_gradient
            sums[task] = loss(
                result.base + pixels.lowerBound * result.pixelStride, result.pixelStride,
                target.base + pixels.lowerBound * target.pixelStride, target.pixelStride, weights.map { $0 + first },
                other.map { $0 + first }, scale, Int32(pixels.count), Int32(channels), gradient.base + first)
        }
        return (0..<chunks.count).reduce(0) { $0 + sums[$1] } / Double(chunks.pixels * channels)
    }
}
