import Kernels
import Network
package import Tensor

extension TrainableGenerator {
    /// Adds to the gradients of all weights. The last `run` went by the batch's own statistics, or renormalised ones.
    /// - gradient: with respect to the last layer's output before tanh, [images * height, width, output channels].
    package func backward(_ gradient: FeatureMap) {
        let depth = description.layers
        var upstream = gradient
        for level in 0..<depth {
            let map = levels[level]
            expanding[level].addWeightGradient(input: expandingInput(level), gradient: upstream, in: workspace)
            expanding[level].inputGradient(of: upstream, into: map.gradient, in: workspace)
            guard level < depth - 1 else { break }
            let range = expandedRange(level)
            upstream = map.gradient[channels: range]
            map.backward(
                range, first: .init(gradient: upstream, activation: .rectified), normalisation: expandedNorms[level],
                dropout: dropouts[level].map { ($0.raw, $0.factor) }, in: workspace)
        }
        for level in (0..<depth).reversed() {
            let map = levels[level]
            let range = 0..<description.channels[level]
            let own = map.gradient[channels: range]
            map.backward(
                range, first: .init(gradient: own, activation: .rectified),
                second: fromBelow[level].map { .init(gradient: $0, activation: .leaky) },
                normalisation: contractingNorms[level], in: workspace)
            contracting[level].addWeightGradient(input: contractingInput(level), gradient: own, in: workspace)
            if level > 0 { contracting[level].inputGradient(of: own, into: fromBelow[level - 1]!, in: workspace) }
        }
    }
}
