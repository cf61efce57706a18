import Kernels
import Tensor
import Testing

/// A layer with seeded numbers, run on maps that are channel ranges of wider ones.
struct TestLayer {
    let shape: ConvolutionShape
    let activation: Activation
    let input: [Float]
    let weight: [Float]
    let bias: [Float]
    let scale: [Float]?
    let shift: [Float]?

    init(_ shape: ConvolutionShape, activation: Activation, normalised: Bool, seed: UInt64) {
        var numbers = TestNumbers(state: seed)
        self.shape = shape
        self.activation = activation
        input = numbers.floats(shape.images * shape.height * shape.width * shape.inputChannels)
        weight = numbers.floats(16 * shape.inputChannels * shape.outputChannels)
        bias = numbers.floats(shape.outputChannels)
        scale = normalised ? numbers.floats(shape.inputChannels, in: -2...2) : nil
        shift = normalised ? numbers.floats(shape.inputChannels) : nil
    }

    func oracle() -> ConvolutionOracle {
        let activated = input.enumerated().map { index, value in
            let channel = index % shape.inputChannels
            let v = Double(value) * Double(scale?[channel] ?? 1) + Double(shift?[channel] ?? 0)
            return v > 0 ? v : v * Double(activation.negativeSlope)
        }
        let one = ConvolutionShape(
            shape.direction, height: shape.height, width: shape.width, inputChannels: shape.inputChannels,
            outputChannels: shape.outputChannels)
        // Image by image, so that nothing of one can reach another.
        var oracle = ConvolutionOracle()
        for image in 0..<shape.images {
            let count = activated.count / shape.images
            let own = ConvolutionOracle(
                one, input: Array(activated[image * count..<(image + 1) * count]), weight: weight, bias: bias)
            oracle.values += own.values
            oracle.magnitudes += own.magnitudes
        }
        return oracle
    }

    func convolution(_ algorithm: ConvolutionAlgorithm? = nil, kernel: Kernel? = nil) -> Convolution {
        Convolution(shape, weight: weight, bias: bias, collectsMoments: true, algorithm: algorithm, kernel: kernel)
    }

    func run(_ convolution: Convolution, threads: Int) -> [Float] {
        Self.run(convolution, input: input, scale: scale, shift: shift, activation: activation, threads: threads)
    }

    /// Runs with the input and the output each in the middle of wider pixels, whose other channels hold NaN: none may
    /// be read or written.
    static func run(
        _ convolution: Convolution, input: [Float], scale: [Float]? = nil, shift: [Float]? = nil,
        activation: Activation = .none, threads: Int
    ) -> [Float] {
        let shape = convolution.shape
        let before = 2
        let after = 3
        func wide(_ height: Int, _ width: Int, _ channels: Int) -> (TensorBuffer<Float>, FeatureMap) {
            let stride = channels + before + after
            let buffer = TensorBuffer<Float>(count: height * width * stride)
            buffer.base.update(repeating: .nan, count: buffer.count)
            let map = FeatureMap(
                base: buffer.base, height: height, width: width, channels: stride, pixelStride: stride)
            return (buffer, map[channels: before..<before + channels])
        }
        let (inputMemory, inputMap) = wide(shape.images * shape.height, shape.width, shape.inputChannels)
        let (outputMemory, outputMap) = wide(
            shape.images * shape.outputHeight, shape.outputWidth, shape.outputChannels)
        for (index, value) in input.enumerated() {
            inputMap.base[index / shape.inputChannels * inputMap.pixelStride + index % shape.inputChannels] = value
        }
        let pool = WorkerPool(threads: threads)
        let scratch = TensorBuffer<Float>(count: convolution.scratchCount(threads: pool.threads))
        scratch.base.update(repeating: .nan, count: scratch.count)
        defer { withExtendedLifetime((inputMemory, outputMemory, scratch)) {} }
        (scale ?? []).withUnsafeBufferPointer { scaleBuffer in
            (shift ?? []).withUnsafeBufferPointer { shiftBuffer in
                convolution.run(
                    ConvolutionInput(
                        inputMap, scale: scale == nil ? nil : scaleBuffer.baseAddress,
                        shift: shift == nil ? nil : shiftBuffer.baseAddress, activation: activation),
                    into: outputMap, pool: pool, scratch: scratch.base)
            }
        }
        let channels = outputMap.pixelStride
        for index in 0..<outputMemory.count
        where !(before..<before + shape.outputChannels).contains(index % channels) {
            guard !outputMemory.base[index].isNaN else { continue }
            Issue.record("a neighbouring channel was written")
            break
        }
        return (0..<shape.images * shape.outputHeight * shape.outputWidth).flatMap { pixel in
            (0..<shape.outputChannels).map { outputMemory.base[pixel * channels + before + $0] }
        }
    }
}
