package import Kernels
import Synchronization
import Tensor

/// A pix2pix U-Net generator planned for one image size: weights folded and packed, memory sized. Runs allocate nothing
/// of size, and give the same bits whatever the number of threads.
///
/// A skip connection is a range of channels: the map of a level holds the contracting layer's channels first and the
/// expanding layer's after them, stored before normalisation (`instance`) and activation, which the next layer applies
/// as it reads.
///
/// `@unchecked Sendable`: the maps, scratch memory and instance statistics are touched only with `turn` held; all else
/// is constant after `init`.
package final class Generator: @unchecked Sendable {
    package let description: GeneratorDescription
    /// Of input and output, in pixels.
    package let height: Int
    package let width: Int
    /// Memory for feature maps, windows and statistics, allocated once.
    package let scratchBytes: Int
    /// Memory for the packed weights.
    package let weightBytes: Int
    /// Work of one run counted as direct sums, in 10^9 floating-point operations.
    package let gigaflop: Double

    private let pool: WorkerPool
    private let contracting: [Convolution]
    private let expanding: [Convolution]
    private let levels: [Level]
    private let scratch: TensorBuffer<Float>
    private let scratchStride: Int
    private let turn = Mutex(())

    /// - height, width: multiples of 2^layers, at most 16384.
    /// - pool: its threads do the work; may serve several generators.
    /// - Throws: `.wrongSize`.
    package init(weights: GeneratorWeights, height: Int, width: Int, pool: WorkerPool) throws(NetworkError) {
        let description = weights.description
        let layers = description.layers
        try Self.check(height, width, layers: layers)
        self.description = description
        self.height = height
        self.width = width
        self.pool = pool
        contracting = weights.contracting.enumerated().map { level, layer in
            let shape = ConvolutionShape(
                .down, height: height >> level, width: width >> level,
                inputChannels: description.contractingInput(level), outputChannels: description.channels[level])
            return layer.planned(
                shape, normalisation: description.normalisesContracting(level) ? description.normalisation : nil)
        }
        expanding = weights.expanding.enumerated().map { level, layer in
            let shape = ConvolutionShape(
                .up, height: height >> (level + 1), width: width >> (level + 1),
                inputChannels: description.expandingInput(level), outputChannels: description.expandingOutput(level))
            return layer.planned(
                shape, normalisation: description.normalisesExpanding(level) ? description.normalisation : nil,
                squashes: level == 0)
        }
        levels = (0..<layers).map {
            Level($0, height: height >> ($0 + 1), width: width >> ($0 + 1), weights: weights)
        }
        let all = contracting + expanding
        scratchStride = (all.map(\.scratchCount).max()! + 15) / 16 * 16
        scratch = TensorBuffer(count: scratchStride * pool.threads)
        weightBytes = all.map(\.weightBytes).reduce(0, +)
        gigaflop = all.map(\.shape.floatingPointOperations).reduce(0, +) / 1e9
        scratchBytes =
            scratch.byteCount + levels.map(\.byteCount).reduce(0, +)
            + all.compactMap { $0.moments?.byteCount }.reduce(0, +)
    }

    /// - path: a weight file that import wrote.
    /// - threads: at least 1, the caller's included.
    /// - Throws: `.unreadable`, `.malformed`, `.foreign`, `.wrongShape`, `.notFinite`, `.wrongSize`.
    package convenience init(path: String, height: Int, width: Int, threads: Int) throws(NetworkError) {
        try self.init(
            weights: GeneratorWeights(WeightFile(path: path)), height: height, width: width,
            pool: WorkerPool(threads: threads))
    }

    private static func check(_ height: Int, _ width: Int, layers: Int) throws(NetworkError) {
        let maximum = 16_384
        guard layers < 15 else {
            throw NetworkError(
                .wrongSize, "a generator of \(layers) layers needs images above \(maximum) pixels a side",
                hint: "use a network of at most 14 layers")
        }
        let multiple = 1 << layers
        for (name, size) in [("height", height), ("width", width)] {
            guard size > 0 && size % multiple == 0 && size <= maximum else {
                throw NetworkError(
                    .wrongSize,
                    "\(name) \(size) does not fit a generator of \(layers) layers, "
                        + "which takes multiples of \(multiple) up to \(maximum)",
                    hint: "resize, pad or tile the image, or use a network of another depth")
            }
        }
    }

    /// Floats of the input and of the output.
    package var inputCount: Int { height * width * description.inputChannels }
    package var outputCount: Int { height * width * description.outputChannels }

    /// Blocks the calling thread, which works too. Calls from several threads take turns.
    /// - input: [height, width, inputChannels], range -1...1 as trained, finite.
    /// - output: [height, width, outputChannels], range -1...1; must not overlap the input.
    package func run(_ input: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>) {
        precondition(input.count == inputCount && output.count == outputCount)
        let picture = FeatureMap(
            base: UnsafeMutablePointer(mutating: input.baseAddress!), height: height, width: width,
            channels: description.inputChannels, pixelStride: description.inputChannels)
        let result = FeatureMap(
            base: output.baseAddress!, height: height, width: width, channels: description.outputChannels,
            pixelStride: description.outputChannels)
        turn.withLock { _ in run(picture, into: result) }
    }

    /// As above, for arrays.
    package func run(_ input: [Float]) -> [Float] {
        [Float](unsafeUninitializedCapacity: outputCount) { output, count in
            let output = UnsafeMutableBufferPointer(rebasing: output[..<outputCount])
            input.withUnsafeBufferPointer { run($0, into: output) }
            count = outputCount
        }
    }

    private func run(_ picture: FeatureMap, into result: FeatureMap) {
        for (index, layer) in contracting.enumerated() {
            let input = index == 0 ? ConvolutionInput(picture) : levels[index - 1].contractedInput
            run(layer, input, into: levels[index].contracted, norm: levels[index].contractedNorm)
        }
        for (index, layer) in expanding.enumerated().reversed() {
            let above = index == 0 ? nil : levels[index - 1]
            run(layer, levels[index].wholeInput, into: above?.expanded ?? result, norm: above?.expandedNorm)
        }
    }

    private func run(_ layer: Convolution, _ input: ConvolutionInput, into output: FeatureMap, norm: InstanceNorm?) {
        layer.run(input, into: output, pool: pool, scratch: scratch.base, scratchStride: scratchStride)
        if let norm, let moments = layer.moments { norm.update(from: moments) }
    }
}
