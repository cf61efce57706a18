import Glibc
package import Kernels
import Synchronization
import Tensor

/// A pix2pix U-Net generator planned for one image size: weights folded and packed, memory sized. Runs allocate
/// nothing, and give the same bits whatever the number of threads.
///
/// A skip connection is a range of channels: the map of a level holds the contracting layer's channels first and the
/// expanding layer's after them. With `instance` statistics they are stored as summed, and the next layer normalises and
/// activates them as it reads; otherwise they are stored activated.
///
/// `@unchecked Sendable`: the memory, the layers' run state and the instance statistics are touched only with the
/// memory's `turn` held; all else is constant after `init`.
package final class Generator: @unchecked Sendable {
    package let description: GeneratorDescription
    /// Of input and output, in pixels.
    package let height: Int
    package let width: Int
    /// Memory for the packed weights.
    package let weightBytes: Int
    /// Work of one run counted as direct sums, in 10^9 floating-point operations.
    package let gigaflop: Double

    private let pool: WorkerPool
    private let contracting: [Convolution]
    private let expanding: [Convolution]
    private let levels: [Level]
    package let memory: GeneratorMemory
    /// Of the normalisation at each level, as trained.
    private let affines: [(contracting: LayerWeights.Affine?, expanding: LayerWeights.Affine?)]

    /// - weights: given away, so that a layer's numbers as trained are freed once they are packed.
    /// - height, width: multiples of 2^layers, at most 16384.
    /// - pool: its threads do the work; may serve several generators.
    /// - precision: of the products.
    /// - shared: memory of others; the first of this make and size is shared, and there is memory of its own where none is.
    /// - Throws: `.wrongSize`, `.outOfMemory`, `.noKernel`.
    package init(
        weights: consuming GeneratorWeights, height: Int, width: Int, pool: WorkerPool, precision: Precision = .fp32,
        sharing shared: [GeneratorMemory] = []
    ) throws(NetworkError) {
        var weights = weights
        let description = weights.description
        let layers = description.layers
        try Self.check(height, width, layers: layers)
        do { try Kernel.checkEnvironment() } catch {
            throw NetworkError(.noKernel, error.message, hint: error.hint)
        }
        let shapes = Self.shapes(of: description, height: height, width: width)
        let sharedMemory = shared.first { $0.fits(description, height: height, width: width) }
        let maps = shapes.expanding.map { 4 * $0.height * $0.width * $0.inputChannels }.reduce(0, +)
        let packed = (shapes.contracting + shapes.expanding)
            .map { Convolution.weightBytes($0, precision: precision) }.reduce(0, +)
        try SystemMemory.check(
            packed + (sharedMemory == nil ? maps : 0), for: "a generator for \(height) x \(width) pixels")
        self.description = description
        self.height = height
        self.width = width
        self.pool = pool
        affines = (0..<layers).map {
            (weights.contracting[$0].affine, $0 + 1 < layers ? weights.expanding[$0 + 1].affine : nil)
        }
        let memory = sharedMemory ?? GeneratorMemory(description, height: height, width: width)
        self.memory = memory
        levels = affines.enumerated().map { Level($0, memory: memory, affines: $1) }
        let normalisation = description.normalisation
        contracting = shapes.contracting.enumerated().map { level, shape in
            weights.takeContracting().planned(
                shape, normalisation: description.normalisesContracting(level) ? normalisation : nil,
                finish: .activation(normalisation == .instance ? .none : .leaky), precision: precision)
        }
        expanding = shapes.expanding.enumerated().map { level, shape in
            weights.takeExpanding().planned(
                shape, normalisation: description.normalisesExpanding(level) ? normalisation : nil,
                finish: level == 0 ? .squash : .activation(normalisation == .instance ? .none : .rectified),
                precision: precision)
        }
        let all = contracting + expanding
        memory.reserve(scratch: Self.scratchCount(all, threads: pool.threads))
        weightBytes = all.map(\.weightBytes).reduce(0, +)
        gigaflop = all.map(\.shape.floatingPointOperations).reduce(0, +) / 1e9
        // What the numbers as trained took goes back to the system before the first run takes its memory.
        returnFreeMemory()
    }

    /// The same network, with the same weights in memory, to run beside `other`.
    /// - shared: as above; where `other`'s is among it, they take turns.
    package init(twinOf other: Generator, pool: WorkerPool, sharing shared: [GeneratorMemory] = []) {
        description = other.description
        height = other.height
        width = other.width
        self.pool = pool
        affines = other.affines
        let memory =
            shared.first { $0.fits(other.description, height: other.height, width: other.width) }
            ?? GeneratorMemory(other.description, height: other.height, width: other.width)
        self.memory = memory
        levels = affines.enumerated().map { Level($0, memory: memory, affines: $1) }
        contracting = other.contracting.map { $0.twin() }
        expanding = other.expanding.map { $0.twin() }
        weightBytes = other.weightBytes
        gigaflop = other.gigaflop
        memory.reserve(scratch: Self.scratchCount(contracting + expanding, threads: pool.threads))
    }

    private static func scratchCount(_ layers: [Convolution], threads: Int) -> Int {
        layers.map { $0.scratchCount(threads: threads) }.max()!
    }

    /// Of the layers, outermost first.
    private static func shapes(
        of description: GeneratorDescription, height: Int, width: Int
    ) -> (contracting: [ConvolutionShape], expanding: [ConvolutionShape]) {
        let levels = 0..<description.layers
        return (
            levels.map {
                ConvolutionShape(
                    .down, height: height >> $0, width: width >> $0,
                    inputChannels: description.contractingInput($0), outputChannels: description.channels[$0])
            },
            levels.map {
                ConvolutionShape(
                    .up, height: height >> ($0 + 1), width: width >> ($0 + 1),
                    inputChannels: description.expandingInput($0), outputChannels: description.expandingOutput($0))
            }
        )
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

    /// Memory for feature maps, windows and statistics, allocated once.
    package var scratchBytes: Int {
        memory.byteCount + levels.map(\.byteCount).reduce(0, +)
            + (contracting + expanding).compactMap { $0.moments?.byteCount }.reduce(0, +)
    }

    /// That the layers are planned with, in the order they first run.
    package var kernels: [Kernel] {
        (contracting + expanding).map(\.kernel).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// Floats of the input and of the output.
    package var inputCount: Int { height * width * description.inputChannels }
    package var outputCount: Int { height * width * description.outputChannels }

    /// Blocks the calling thread, which works too. Calls from several threads take turns.
    /// - input: [height, width, inputChannels], range -1...1 as trained, finite.
    /// - output: [height, width, outputChannels], range -1...1; may be the input's memory.
    /// - level: whose activations are handed out afterwards, in the generator's own memory; 0 is the outermost.
    /// - permit: asked within the layers; where it is revoked the run ends early, and its output is of no use.
    package func run(
        _ input: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>, permit: WorkPermit? = nil,
        reading level: Int? = nil, _ body: (Activations) -> Void = { _ in }
    ) {
        precondition(input.count == inputCount && output.count == outputCount)
        let picture = FeatureMap(
            base: UnsafeMutablePointer(mutating: input.baseAddress!), height: height, width: width,
            channels: description.inputChannels, pixelStride: description.inputChannels)
        let result = FeatureMap(
            base: output.baseAddress!, height: height, width: width, channels: description.outputChannels,
            pixelStride: description.outputChannels)
        memory.turn.withLock { _ in
            run(picture, into: result, permit)
            if let level, permit?.isRevoked != true { body(Activations(levels[level])) }
        }
    }

    /// In place, for a network with as many output as input channels.
    package func run(inPlace image: inout [Float]) {
        image.withUnsafeMutableBufferPointer { run(UnsafeBufferPointer($0), into: $0) }
    }

    /// As above, for arrays.
    package func run(_ input: [Float]) -> [Float] {
        [Float](unsafeUninitializedCapacity: outputCount) { output, count in
            let output = UnsafeMutableBufferPointer(rebasing: output[..<outputCount])
            input.withUnsafeBufferPointer { run($0, into: output) }
            count = outputCount
        }
    }

    private func run(_ picture: FeatureMap, into result: FeatureMap, _ permit: WorkPermit?) {
        forEachLayer(from: picture, to: result) { layer, input, output, norm in
            if permit?.isRevoked != true { run(layer, input, into: output, norm: norm, permit) }
        }
    }

    /// The layers in the order they run: contracting from the outermost in, expanding back out.
    private func forEachLayer(
        from picture: FeatureMap, to result: FeatureMap,
        _ body: (Convolution, ConvolutionInput, FeatureMap, InstanceNorm?) -> Void
    ) {
        for (index, layer) in contracting.enumerated() {
            let input = index == 0 ? ConvolutionInput(picture) : levels[index - 1].contractedInput
            body(layer, input, levels[index].contracted, levels[index].contractedNorm)
        }
        for (index, layer) in expanding.enumerated().reversed() {
            let above = index == 0 ? nil : levels[index - 1]
            body(layer, levels[index].wholeInput, above?.expanded ?? result, above?.expandedNorm)
        }
    }

    private func run(
        _ layer: Convolution, _ input: ConvolutionInput, into output: FeatureMap, norm: InstanceNorm?,
        _ permit: WorkPermit? = nil
    ) {
        layer.run(input, into: output, pool: pool, scratch: memory.scratch.base, permit: permit)
        // What is left of a layer that was ended early may be no numbers.
        if permit?.isRevoked == true { return }
        if let norm, let moments = layer.moments { norm.update(from: moments) }
    }
}

// MARK: Profile

extension Generator {
    /// What one layer took in one run.
    package struct LayerTime: Sendable {
        package let shape: ConvolutionShape
        package let algorithm: ConvolutionAlgorithm
        package let kernel: Kernel
        package let seconds: Double
    }

    /// As `run`, with the time of each layer in the order they run.
    package func profile(_ input: [Float]) -> [LayerTime] {
        precondition(input.count == inputCount)
        var picture = input
        var output = [Float](repeating: 0, count: outputCount)
        var times: [LayerTime] = []
        picture.withUnsafeMutableBufferPointer { picture in
            output.withUnsafeMutableBufferPointer { output in
                let from = FeatureMap(
                    base: picture.baseAddress!, height: height, width: width, channels: description.inputChannels,
                    pixelStride: description.inputChannels)
                let to = FeatureMap(
                    base: output.baseAddress!, height: height, width: width, channels: description.outputChannels,
                    pixelStride: description.outputChannels)
                memory.turn.withLock { _ in
                    forEachLayer(from: from, to: to) { layer, input, output, norm in
                        let start = ContinuousClock.now
                        run(layer, input, into: output, norm: norm)
                        times.append(
                            LayerTime(
                                shape: layer.shape, algorithm: layer.algorithm, kernel: layer.kernel,
                                seconds: (ContinuousClock.now - start) / .seconds(1)))
                    }
                }
            }
        }
        return times
    }
}
