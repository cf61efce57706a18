import Foundation
package import Tensor

/// How a discriminator's predictions are held against what they should have been.
package enum AdversarialLoss: String, Sendable, Codable, CaseIterable {
    /// Of logits, as pix2pix was published: PyTorch's BCEWithLogitsLoss.
    case crossEntropy = "cross-entropy"
    /// (prediction - target)^2 (Mao et al. 2017): goes on teaching where predictions are right already.
    case leastSquares = "least-squares"

    /// - target: 1 for real, 0 for generated.
    /// - weight: of the loss in the gradient.
    /// - weights: one a prediction, with a mean of 1; nil for 1.
    /// - gradient: becomes that of weight * loss.
    /// - Returns: the mean loss.
    package func evaluate(
        _ predictions: FeatureMap, target: Double, weight: Double, weights: UnsafePointer<Float>? = nil,
        gradient: FeatureMap
    ) -> Double {
        let count = predictions.height * predictions.width
        precondition(predictions.pixelStride == 1 && gradient.pixelStride == 1)
        var sum = 0.0
        for index in 0..<count {
            let prediction = Double(predictions.base[index])
            let own = weights.map { Double($0[index]) } ?? 1
            let slope: Double
            switch self {
            case .crossEntropy:
                sum += own * (max(prediction, 0) - prediction * target + log1p(exp(-abs(prediction))))
                slope = 1 / (1 + exp(-prediction)) - target
            case .leastSquares:
                sum += own * (prediction - target) * (prediction - target)
                slope = 2 * (prediction - target)
            }
            gradient.base[index] = Float(weight * own * slope / Double(count))
        }
        return sum / Double(count)
    }
}
