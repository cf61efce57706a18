import CKernels
package import Tensor

/// One layer, planned: weights packed, work cut into tasks. Its runs, of which there may be one at a time, allocate
/// nothing and give the same bits whatever the number of threads.
package struct Convolution {
    package let shape: ConvolutionShape
    package let algorithm: ConvolutionAlgorithm
    /// Collected in every run where asked for at planning.
    package let moments: ChannelMoments?
    private let work: any ConvolutionWork
    private let runner = ConvolutionRunner()

    /// - weight: as PyTorch stores it, [out, in, 4, 4] for `down`, [in, out, 4, 4] for `up`.
    /// - gains: a factor for each output channel's weights, or nil for none.
    /// - bias: [out], or nil for none.
    /// - algorithm: nil for the one that suits the shape.
    /// - precision: of the products; binary32 is used where a layer's depth does not allow pairs, or a weight is too large
    ///   for bfloat16.
    /// - kernel: nil for the one that suits shape and precision.
    package init(
        _ shape: ConvolutionShape, weight: [Float], gains: [Float]? = nil, bias: [Float]? = nil,
        finish: Finish = .activation(.none), collectsMoments: Bool = false, algorithm: ConvolutionAlgorithm? = nil,
        precision: Precision = .fp32, kernel: Kernel? = nil
    ) {
        self.shape = shape
        var kernel = kernel ?? Kernel.planned(shape, precision)
        if kernel.precision == .bf16 && !Self.fitBF16(weight, gains: gains) { kernel = kernel.exact }
        let algorithm = algorithm ?? ConvolutionAlgorithm(shape, on: kernel)
        self.algorithm = algorithm
        switch algorithm {
        case .direct(let rows, let blocks):
            work = DirectConvolution(shape, rows: rows, blocks: blocks, finish: finish, kernel: kernel)
        case .winogradByTiles(let tiles):
            work = WinogradConvolution(shape, tiles: tiles, byPoints: false, finish: finish, kernel: kernel)
        case .winogradByPoints(let tiles):
            work = WinogradConvolution(shape, tiles: tiles, byPoints: true, finish: finish, kernel: kernel)
        }
        moments =
            collectsMoments
            ? ChannelMoments(tasks: work.storingTasks, channels: shape.outputChannels) : nil
        load(weight: weight, gains: gains, bias: bias)
    }

    /// Whether no weight becomes infinite as bfloat16, whose largest number is a little smaller than Float's.
    private static func fitBF16(_ weight: [Float], gains: [Float]?) -> Bool {
        func largest(_ values: [Float]) -> Float { values.reduce(0) { max($0, abs($1)) } }
        return largest(weight) * (gains.map(largest) ?? 1) < 3.38e38
    }

    /// The kernel it is planned with.
    package var kernel: Kernel { work.weights.kernel }

    /// The same layer, with the same weights in memory, for a run beside this one's.
    package func twin() -> Convolution { Convolution(twinOf: self) }

    private init(twinOf other: Convolution) {
        shape = other.shape
        algorithm = other.algorithm
        work = other.work
        moments = other.moments.map { ChannelMoments(tasks: $0.tasks, channels: $0.channels) }
    }

    /// Replaces the weights.
    /// - pool: its threads share the work; nil for the calling thread alone.
    package func load(weight: [Float], gains: [Float]? = nil, bias: [Float]? = nil, pool: WorkerPool? = nil) {
        precondition(weight.count == 16 * shape.inputChannels * shape.outputChannels)
        precondition(gains == nil || gains!.count == shape.outputChannels)
        precondition(bias == nil || bias!.count == shape.outputChannels)
        weight.withUnsafeBufferPointer { weight in
            (gains ?? []).withUnsafeBufferPointer { gainBuffer in
                (bias ?? []).withUnsafeBufferPointer { biasBuffer in
                    load(
                        weight: weight.baseAddress!, gains: gains == nil ? nil : gainBuffer.baseAddress!,
                        bias: bias == nil ? nil : biasBuffer.baseAddress!, pool: pool)
                }
            }
        }
    }

    /// The same from where the weights lie.
    package func load(
        weight: UnsafePointer<Float>, gains: UnsafePointer<Float>? = nil, bias: UnsafePointer<Float>? = nil,
        pool: WorkerPool?
    ) {
        work.load(weight: weight, gains: gains, pool: pool)
        for phase in 0..<shape.columns / shape.outputChannels {
            for output in 0..<shape.outputChannels {
                work.weights.bias.base[phase * shape.outputChannels + output] = bias?[output] ?? 0
            }
        }
    }

    /// Floats of scratch memory that a run needs.
    package func scratchCount(threads: Int) -> Int { work.sharedCount + threads * work.workerCount }

    package var weightBytes: Int { work.weights.byteCount }

    /// What the weights of a layer would take, packed.
    package static func weightBytes(_ shape: ConvolutionShape, precision: Precision) -> Int {
        let columns = (shape.columns + 7) / 8 * 8
        let kernel = Kernel.planned(shape, precision)
        let matrices = if case .direct = ConvolutionAlgorithm(shape, on: kernel) { 4 } else { 16 }
        return matrices * shape.depth * columns * kernel.elementBytes
    }

    /// - input: [images * height, width, inputChannels] of the shape.
    /// - output: [images * outputHeight, outputWidth, outputChannels]; every value is written.
    /// - scratch: `scratchCount(threads:)` floats for the pool's threads, aligned to 64 bytes.
    /// - permit: where it is revoked the layer ends early, and its output is of no use; nil for none.
    package func run(
        _ input: ConvolutionInput, into output: FeatureMap, pool: WorkerPool, scratch: UnsafeMutablePointer<Float>,
        permit: WorkPermit? = nil
    ) {
        precondition(input.map.height == shape.images * shape.height && input.map.width == shape.width)
        precondition(input.map.channels == shape.inputChannels && output.channels == shape.outputChannels)
        precondition(output.height == shape.images * shape.outputHeight && output.width == shape.outputWidth)
        var first = input.kernelInput
        first.height = Int32(shape.height)
        runner.run(
            work,
            ConvolutionRun(input: first, output: output, images: shape.images, moments: moments, scratch: scratch),
            on: pool, permit: permit)
    }
}

/// `count` rounded up to whole cache lines of floats.
func wholeLines(_ count: Int) -> Int { (count + 15) / 16 * 16 }
