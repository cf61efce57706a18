import Foundation
package import Tensor

/// Cross-entropy of logits with one target for all of them: PyTorch's BCEWithLogitsLoss.
package enum LogisticLoss {
    /// - predictions: logits.
    /// - target: 1 for real, 0 for generated.
    /// - gradient: becomes that of weight * loss.
    /// - Returns: the mean loss.
    package static func evaluate(
        _ predictions: FeatureMap, target: Double, weight: Double, gradient: FeatureMap
    ) -> Double {
        let count = predictions.height * predictions.width * predictions.channels
        precondition(predictions.pixelStride == predictions.channels && gradient.pixelStride == gradient.channels)
        var sum = 0.0
        for index in 0..<count {
            let logit = Double(predictions.base[index])
            sum += max(logit, 0) - logit * target + log1p(exp(-abs(logit)))
            gradient.base[index] = Float(weight * (1 / (1 + exp(-logit)) - target) / Double(count))
        }
        return sum / Double(count)
    }
}
