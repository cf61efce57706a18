import Kernels
import Tensor

/// A stride-2 layer of the engine whose weights change: the same kernels as inference, forward and, as the transposed
/// layer with the same weights, backward.
final class EngineConvolution {
    private let convolution: Convolution
    /// What the engine packs, in memory that is filled anew rather than allocated.
    private var weight: [Float]
    private var bias: [Float]

    init(_ shape: ConvolutionShape, finish: Finish = .activation(.none), workspace: Workspace) {
        weight = [Float](repeating: 0, count: 16 * shape.inputChannels * shape.outputChannels)
        bias = [Float](repeating: 0, count: shape.outputChannels)
        convolution = Convolution(shape, weight: weight, bias: bias, finish: finish)
        workspace.reserve(total: convolution.scratchCount(threads: workspace.pool.threads))
    }

    /// - weight: [out, in, 4, 4] for `down`, [in, out, 4, 4] for `up`.
    /// - bias: [out].
    func load(_ weight: UnsafePointer<Float>, bias: UnsafePointer<Float>? = nil, in workspace: Workspace) {
        self.weight.withUnsafeMutableBufferPointer { $0.baseAddress!.update(from: weight, count: $0.count) }
        if let bias {
            self.bias.withUnsafeMutableBufferPointer { $0.baseAddress!.update(from: bias, count: $0.count) }
        }
        convolution.load(weight: self.weight, bias: self.bias, pool: workspace.pool)
    }

    func run(_ input: ConvolutionInput, into output: FeatureMap, in workspace: Workspace) {
        convolution.run(input, into: output, pool: workspace.pool, scratch: workspace.scratch.base)
    }
}
