import CTraining
import Kernels
import Tensor

/// One stride-2 layer of a network in training: forward and backward by the engine, and the weight gradient.
///
/// The gradient of a contracting layer with respect to its input is an expanding layer with the same weights, and the
/// other way round: PyTorch stores both as [the side with fewer pixels, the other, 4, 4].
final class TrainableLayer {
    let shape: ConvolutionShape
    private let forward: EngineConvolution
    private let backward: EngineConvolution?
    private let weightGradient: any LayerWeightGradient
    private let parameters: Parameters
    private let weight: Int
    private let bias: Int?
    /// Input channels that need a gradient.
    private let gradientChannels: Range<Int>
    private let slice: TensorBuffer<Float>?

    /// - weight, bias: offsets among the parameters.
    /// - gradientChannels: input channels that need a gradient; all at first, none for a network's picture.
    init(
        _ shape: ConvolutionShape, weight: Int, bias: Int?, parameters: Parameters, finish: Finish = .activation(.none),
        gradientChannels: Range<Int>? = nil, workspace: Workspace
    ) {
        self.shape = shape
        self.parameters = parameters
        self.weight = weight
        self.bias = bias
        let isDown = shape.direction == .down
        forward = EngineConvolution(shape, finish: finish, workspace: workspace)
        let range = gradientChannels ?? 0..<shape.inputChannels
        precondition(isDown || range.count == shape.inputChannels, "only a contracting layer may need part of it")
        self.gradientChannels = range
        let isPart = !range.isEmpty && range.count < shape.inputChannels
        slice = isPart ? TensorBuffer(count: 16 * range.count * shape.outputChannels) : nil
        backward =
            range.isEmpty
            ? nil
            : EngineConvolution(
                ConvolutionShape(
                    isDown ? .up : .down, height: shape.outputHeight, width: shape.outputWidth,
                    inputChannels: shape.outputChannels, outputChannels: range.count, images: shape.images),
                workspace: workspace)
        let large = isDown ? shape.inputChannels : shape.outputChannels
        let small = isDown ? shape.outputChannels : shape.inputChannels
        let height = isDown ? shape.outputHeight : shape.height
        let width = isDown ? shape.outputWidth : shape.width
        weightGradient =
            WinogradWeightGradient.suits(
                largeChannels: large, smallChannels: small, height: height, width: width, images: shape.images)
            ? WinogradWeightGradient(
                largeChannels: large, smallChannels: small, height: height, width: width, images: shape.images,
                workspace: workspace)
            : WeightGradient(
                largeChannels: large, smallChannels: small, height: height, width: width, images: shape.images,
                stride: 2, workspace: workspace)
        if bias != nil {
            let chunks = PixelChunks(pixels: shape.images * shape.outputHeight * shape.outputWidth)
            workspace.reserve(channelSums: chunks.count * 2 * shape.outputChannels)
        }
    }

    /// Takes over weights that have changed.
    func load(in workspace: Workspace) {
        forward.load(
            parameters.value(weight), bias: bias.map { UnsafePointer(parameters.value($0)) }, in: workspace)
        guard let backward else { return }
        guard let slice else {
            backward.load(parameters.value(weight), in: workspace)
            return
        }
        let part = 16 * gradientChannels.count
        for output in 0..<shape.outputChannels {
            (slice.base + output * part).update(
                from: parameters.value(weight) + (output * shape.inputChannels + gradientChannels.lowerBound) * 16,
                count: part)
        }
        backward.load(slice.base, in: workspace)
    }

    func run(_ input: ConvolutionInput, into output: FeatureMap, in workspace: Workspace) {
        forward.run(input, into: output, in: workspace)
    }

    /// Adds to the gradients of weight and bias.
    /// - input: as given to `run`.
    /// - gradient: with respect to the output, before tanh.
    func addWeightGradient(input: ConvolutionInput, gradient: FeatureMap, in workspace: Workspace) {
        let output = ConvolutionInput(gradient)
        let isDown = shape.direction == .down
        weightGradient.add(
            large: isDown ? input : output, small: isDown ? output : input, to: parameters.gradient(weight),
            in: workspace)
        if let bias { workspace.addSums(of: gradient, to: parameters.gradient(bias)) }
    }

    /// With respect to the input as the layer saw it, after activation: `gradientChannels` of it.
    func inputGradient(of gradient: FeatureMap, into result: FeatureMap, in workspace: Workspace) {
        backward!.run(ConvolutionInput(gradient), into: result, in: workspace)
    }
}

extension Workspace {
    /// Adds the sums of the map's channels over all pixels.
    func addSums(of map: FeatureMap, to sums: UnsafeMutablePointer<Float>) {
        let chunks = PixelChunks(pixels: map.height * map.width)
        let partial = channelSums.base
        let channels = map.channels
        partial.update(repeating: 0, count: chunks.count * 2 * channels)
        pool.run(tasks: chunks.count) { task, _ in
            let pixels = chunks[task]
            operations.pointee.add_sums(
                map.base + pixels.lowerBound * map.pixelStride, map.pixelStride, Int32(pixels.count), Int32(channels),
                partial + task * 2 * channels)
        }
        for channel in 0..<channels { sums[channel] += Float(total(chunks.count, channels, channel).0) }
    }
}
