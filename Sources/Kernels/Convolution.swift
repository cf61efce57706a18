import CKernels
import COpenBLAS
package import Tensor

let registerTileColumns = Int(NL_TILE_COLUMNS)

/// The instruction set in use: "avx2" or "portable".
package var instructionSet: String { String(cString: nl_instruction_set()) }

/// One layer, planned: weights packed, blocks chosen. Its runs allocate nothing.
///
/// A run cuts the product of windows and weights (see `ConvolutionShape`) into tasks: gather the windows of some
/// positions, applying normalisation and activation to each value; multiply and add the bias; tanh; store the pixels.
package struct Convolution {
    package let shape: ConvolutionShape
    /// tanh after the bias.
    package let squashes: Bool
    /// Collected in every run where asked for at planning.
    package let moments: ChannelMoments?
    let blocking: ConvolutionBlocking
    let weights: ConvolutionWeights

    /// - weight: as PyTorch stores it, [out, in, 4, 4] for `down`, [in, out, 4, 4] for `up`.
    /// - bias: [out], or nil for none.
    package init(
        _ shape: ConvolutionShape, weight: [Float], bias: [Float]? = nil, squashes: Bool = false,
        collectsMoments: Bool = false
    ) {
        openblas_set_num_threads(1)
        self.shape = shape
        self.squashes = squashes
        blocking = ConvolutionBlocking(shape)
        weights = ConvolutionWeights(shape, blocking, weight: weight, bias: bias)
        moments = collectsMoments ? ChannelMoments(tasks: blocking.tasks, channels: shape.outputChannels) : nil
    }

    /// Floats of scratch memory a worker needs for this layer: windows, then products.
    package var scratchCount: Int { blocking.positions * (windowStride + weights.columns) }

    package var weightBytes: Int { weights.matrices.byteCount + weights.bias.byteCount }

    /// Rows of the window matrix lie apart by one cache line more than their length: rows a power of two long would
    /// fall into the same cache set.
    private var windowStride: Int { (shape.depth + 15) / 16 * 16 + 16 }

    /// - input: [height, width, inputChannels] of the shape.
    /// - output: [outputHeight, outputWidth, outputChannels]; every value is written.
    /// - scratch: `scratchCount` floats for each worker of the pool, a 64-byte multiple apart.
    package func run(
        _ input: ConvolutionInput, into output: FeatureMap, pool: WorkerPool, scratch: UnsafeMutablePointer<Float>,
        scratchStride: Int
    ) {
        precondition(input.map.height == shape.height && input.map.width == shape.width)
        precondition(input.map.channels == shape.inputChannels && output.channels == shape.outputChannels)
        precondition(output.height == shape.outputHeight && output.width == shape.outputWidth)
        precondition(scratchStride >= scratchCount)
        pool.run(tasks: blocking.tasks) { task, worker in
            let windows = scratch + worker * scratchStride
            let products = windows + blocking.positions * windowStride
            let first = task / blocking.channelBlocks * blocking.positions
            let positions = first..<min(first + blocking.positions, shape.positions)
            gather(positions, of: input, into: windows)
            multiply(windows, rows: positions.count, channelBlock: task % blocking.channelBlocks, into: products)
            if squashes { nl_squash(products, positions.count * weights.columns) }
            store(products, positions, task: task, into: output)
        }
    }

    private func gather(_ positions: Range<Int>, of input: ConvolutionInput, into windows: UnsafeMutablePointer<Float>)
    {
        let map = input.map
        forEachRow(positions) { y, xs, index in
            nl_gather_windows(
                map.base, Int32(map.height), Int32(map.width), Int32(map.channels), map.pixelStride,
                Int32(shape.taps), Int32(shape.stride), Int32(y), Int32(xs.lowerBound), Int32(xs.count),
                input.activation.negativeSlope, input.scale, input.shift, windows + index * windowStride, windowStride)
        }
    }

    private func multiply(
        _ windows: UnsafePointer<Float>, rows: Int, channelBlock: Int, into products: UnsafeMutablePointer<Float>
    ) {
        let columns = weights.columns
        let matrix = weights.matrices.base + channelBlock * weights.matrixCount
        let bias = weights.bias.base + channelBlock * columns
        switch blocking.product {
        case .registerTiles:
            nl_multiply(
                windows, windowStride, matrix, bias, Int32(rows), Int32(shape.depth), Int32(columns), products)
        case .openBLAS:
            for row in 0..<rows { (products + row * columns).update(from: bias, count: columns) }
            cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(rows), blasint(columns), blasint(shape.depth),
                1, windows, blasint(windowStride), matrix, blasint(columns), 1, products, blasint(columns))
        }
    }

    private func store(
        _ products: UnsafePointer<Float>, _ positions: Range<Int>, task: Int, into output: FeatureMap
    ) {
        let firstChannel = task % blocking.channelBlocks * blocking.channels
        let channels = min(blocking.channels, shape.outputChannels - firstChannel)
        if let moments {
            moments.sums(task: task).update(repeating: 0, count: 2 * moments.channels)
        }
        /// Products of every `step`-th output pixel of a row, `count` of them from (y, x) on.
        func storePixels(_ source: UnsafePointer<Float>, y: Int, x: Int, count: Int, step: Int) {
            guard count > 0 else { return }
            let pixels = output.pixel(y, x) + firstChannel
            let stride = step * output.pixelStride
            nl_store_pixels(source, weights.columns, Int32(count), Int32(channels), pixels, stride)
            if let moments {
                nl_add_moments(
                    pixels, stride, Int32(count), Int32(channels), moments.sums(task: task) + firstChannel,
                    moments.squares(task: task) + firstChannel)
            }
        }
        forEachRow(positions) { y, xs, index in
            let source = products + index * weights.columns
            guard shape.direction == .up else {
                storePixels(source, y: y, x: xs.lowerBound, count: xs.count, step: 1)
                return
            }
            for phase in 0..<4 {
                let row = 2 * y - 1 + phase / 2
                guard row >= 0 && row < output.height else { continue }
                // The first position has no left pixels, the last no right ones.
                let left = phase % 2 == 0
                let inside = max(xs.lowerBound, left ? 1 : 0)..<min(xs.upperBound, left ? xs.upperBound : shape.width)
                guard !inside.isEmpty else { continue }
                storePixels(
                    source + (inside.lowerBound - xs.lowerBound) * weights.columns + phase * channels, y: row,
                    x: 2 * inside.lowerBound - (left ? 1 : 0), count: inside.count, step: 2)
            }
        }
    }

    /// The runs of `positions` that lie in one row: (row, columns, index of the first within `positions`).
    private func forEachRow(_ positions: Range<Int>, _ body: (_ y: Int, _ xs: Range<Int>, _ index: Int) -> Void) {
        let columns = shape.positionColumns
        var position = positions.lowerBound
        while position < positions.upperBound {
            let y = position / columns
            let x = position % columns
            let count = min(columns - x, positions.upperBound - position)
            body(y, x..<x + count, position - positions.lowerBound)
            position += count
        }
    }
}
