import CTraining
import Kernels
package import Tensor

/// How far a generator's result is from its target, beside what the discriminators say.
package enum ResultLoss: String, Sendable, Codable, CaseIterable {
    /// Mean absolute difference, as pix2pix was published.
    case absolute
    /// Cross-entropy of (result + 1) / 2 with (target + 1) / 2 as probabilities: for maps.
    case crossEntropy = "cross-entropy"
    /// Of three channels, value, lower and upper bound: absolute difference of the first, and of the others the pinball
    /// loss (Koenker and Bassett 1978) whose least value is at the quantiles 0.05 and 0.95 of the target's first channel.
    case interval

    /// - result: [height, width, channels], of tanh.
    /// - target: as the result, -1...1.
    /// - weights: one a value, in order; nil for 1.
    /// - other: gradient with respect to the result of other losses, in order.
    /// - factor: of this loss in the total.
    /// - gradient: becomes that of the total with respect to tanh's argument.
    /// - Returns: the mean loss, and that of the interval's bounds, without the factor.
    package func evaluate(
        _ result: FeatureMap, target: FeatureMap, weights: UnsafePointer<Float>? = nil,
        other: UnsafePointer<Float>?, factor: Double, gradient: FeatureMap, in workspace: Workspace
    ) -> (result: Double, interval: Double) {
        let channels = result.channels
        precondition(target.channels == channels && gradient.channels == channels && gradient.pixelStride == channels)
        precondition(self != .interval || channels == 3)
        let chunks = PixelChunks(pixels: result.height * result.width)
        // A grey picture counts as much in one channel as in three alike.
        let count = Double(self == .interval ? chunks.pixels : chunks.pixels * channels)
        let scale = Float(factor / count)
        let sums = workspace.channelSums.base
        workspace.pool.run(tasks: chunks.count) { task, _ in
            let pixels = chunks[task]
            let first = pixels.lowerBound * channels
            let y = result.base + pixels.lowerBound * result.pixelStride
            let t = target.base + pixels.lowerBound * target.pixelStride
            let weights = weights.map { $0 + first }
            let other = other.map { $0 + first }
            let size = Int32(pixels.count)
            let out = gradient.base + first
            sums[2 * task + 1] = 0
            switch self {
            case .absolute:
                sums[2 * task] = nlt_absolute_gradient(
                    y, result.pixelStride, t, target.pixelStride, weights, other, scale, size, Int32(channels), out)
            case .crossEntropy:
                sums[2 * task] = nlt_cross_entropy_gradient(
                    y, result.pixelStride, t, target.pixelStride, weights, other, scale, size, Int32(channels), out)
            case .interval:
                nlt_interval_gradient(
                    y, result.pixelStride, t, target.pixelStride, weights, other, scale, Self.lowerQuantile,
                    Self.upperQuantile, size, out, sums + 2 * task)
            }
        }
        func mean(_ place: Int) -> Double { (0..<chunks.count).reduce(0) { $0 + sums[2 * $1 + place] } / count }
        return (mean(0), mean(1))
    }

    package static let lowerQuantile: Float = 0.05
    package static let upperQuantile: Float = 0.95
}
