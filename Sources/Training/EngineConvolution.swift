import Kernels
import Tensor

/// A stride-2 layer of the engine whose weights change: the same kernels as inference, forward and, as the transposed
/// layer with the same weights, backward.
final class EngineConvolution {
    private let convolution: Convolution

    init(_ shape: ConvolutionShape, finish: Finish = .activation(.none), workspace: Workspace) {
        let weight = [Float](repeating: 0, count: 16 * shape.inputChannels * shape.outputChannels)
        convolution = Convolution(shape, weight: weight, finish: finish)
        workspace.reserve(total: convolution.scratchCount(threads: workspace.pool.threads))
    }

    /// - weight: [out, in, 4, 4] for `down`, [in, out, 4, 4] for `up`.
    /// - bias: [out]; nil for none.
    func load(_ weight: UnsafePointer<Float>, bias: UnsafePointer<Float>? = nil, in workspace: Workspace) {
        convolution.load(weight: weight, bias: bias, pool: workspace.pool)
    }

    func run(_ input: ConvolutionInput, into output: FeatureMap, in workspace: Workspace) {
        convolution.run(input, into: output, pool: workspace.pool, scratch: workspace.scratch.base)
    }
}
