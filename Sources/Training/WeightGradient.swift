import CTraining
package import Kernels
package import Tensor

/// How a layer of stride 2 adds its weights' gradient to `gradient`, [small channels, large channels, 4, 4].
package protocol LayerWeightGradient {
    /// - large, small: as `WeightGradient` says.
    func add(
        large: ConvolutionInput, small: ConvolutionInput, to gradient: UnsafeMutablePointer<Float>,
        in workspace: Workspace)
}

/// The gradient of a 4 x 4 layer with respect to its weights: for every tap, input and output channel the sum over
/// positions of window value times output gradient.
///
/// One product serves both directions. `large` is the map that windows are taken from (the input of a contracting
/// layer, the output gradient of an expanding one), `small` has one pixel a window. PyTorch stores both layers'
/// weights as [small channels, large channels, 4, 4].
///
/// The sums are cut into blocks of large channels and chunks of positions by the shape alone; chunks are added in
/// order.
package struct WeightGradient: LayerWeightGradient {
    let largeChannels: Int
    let smallChannels: Int
    let height: Int
    let width: Int
    let images: Int
    let stride: Int
    private let blockChannels: Int
    private let blocks: Int
    private let chunkRows: Int
    private let chunks: Int
    /// Whether small channels are the rows of the product, and windows its columns: where the small channels would
    /// not fill the columns.
    private let smallIsRows: Bool
    private let columns: Int
    private let windowColumns: Int

    private static let positions = 128

    /// - height, width: of the small map of one image.
    /// - images: of a batch, below each other in the maps; the sums are of all.
    package init(
        largeChannels: Int, smallChannels: Int, height: Int, width: Int, images: Int = 1, stride: Int,
        workspace: Workspace
    ) {
        self.largeChannels = largeChannels
        self.smallChannels = smallChannels
        self.height = height
        self.width = width
        self.images = images
        self.stride = stride
        let tile = Int(NLT_TILE_COLUMNS)
        blockChannels = min(largeChannels, 32)
        blocks = (largeChannels + blockChannels - 1) / blockChannels
        smallIsRows = smallChannels % tile != 0
        columns = (smallChannels + tile - 1) / tile * tile
        windowColumns = 16 * blockChannels
        let rows = images * height
        let wanted = max(1, min(16 / blocks, rows * width / 256))
        chunkRows = (rows + wanted - 1) / wanted
        chunks = (rows + chunkRows - 1) / chunkRows
        workspace.reserve(
            scratch: Self.positions * (windowColumns + tile + columns + tile), partials: blocks * chunks * partialCount)
    }

    /// Of one block and chunk.
    private var partialCount: Int { windowColumns * (smallIsRows ? smallChannels : columns) }

    /// Adds to `gradient`, [small channels, large channels, 4, 4].
    package func add(
        large: ConvolutionInput, small: ConvolutionInput, to gradient: UnsafeMutablePointer<Float>,
        in workspace: Workspace
    ) {
        precondition(large.map.channels == largeChannels && small.map.channels == smallChannels)
        precondition(small.map.height == images * height && small.map.width == width)
        let partials = workspace.partials.base
        workspace.pool.run(tasks: blocks * chunks) { task, worker in
            sum(
                block: task % blocks, chunk: task / blocks, large, small,
                scratch: workspace.scratch(of: worker), into: partials + task * partialCount)
        }
        guard smallIsRows else {
            let tile = Int(NLT_TILE_COLUMNS)
            workspace.pool.run(tasks: blocks * columns / tile) { task, _ in
                let (small, block) = task.quotientAndRemainder(dividingBy: blocks)
                let first = block * blockChannels
                let channels = min(blockChannels, largeChannels - first)
                for channel in 0..<channels {
                    operations.pointee.add_taps(
                        partials + block * partialCount + channel * columns + small * tile, channels * columns,
                        Int32(chunks), blocks * partialCount,
                        gradient + (small * tile * largeChannels + first + channel) * 16, largeChannels * 16)
                }
            }
            return
        }
        workspace.pool.run(tasks: largeChannels) { channel, worker in
            reduce(channel, partials, sums: workspace.scratch(of: worker), to: gradient)
        }
    }

    private func sum(
        block: Int, chunk: Int, _ large: ConvolutionInput, _ small: ConvolutionInput,
        scratch: UnsafeMutablePointer<Float>, into partial: UnsafeMutablePointer<Float>
    ) {
        partial.update(repeating: 0, count: partialCount)
        let first = block * blockChannels
        let channels = min(blockChannels, largeChannels - first)
        let map = large.map
        let windows = scratch
        let windowStride = windowColumns + Int(NLT_TILE_COLUMNS)
        let pixels = scratch + Self.positions * windowStride
        let pixelStride = columns + Int(NLT_TILE_COLUMNS)
        var filled = 0
        func multiply() {
            guard filled > 0 else { return }
            if smallIsRows {
                operations.pointee.product_add(
                    pixels, 1, pixelStride, windows, windowStride, Int32(smallChannels), Int32(16 * channels),
                    Int32(filled), partial, windowColumns)
            } else {
                operations.pointee.product_add(
                    windows, 1, windowStride, pixels, pixelStride, Int32(16 * channels), Int32(columns),
                    Int32(filled), partial, columns)
            }
            filled = 0
        }
        let imageHeight = map.height / images
        for line in chunk * chunkRows..<min((chunk + 1) * chunkRows, images * height) {
            let (image, y) = line.quotientAndRemainder(dividingBy: height)
            let from = map.base + image * imageHeight * map.width * map.pixelStride + first
            var x = 0
            while x < width {
                let count = min(width - x, Self.positions - filled)
                operations.pointee.gather_windows(
                    from, Int32(imageHeight), Int32(map.width), Int32(channels), map.pixelStride,
                    Int32(stride), 1, Int32(y), Int32(x), Int32(count), large.activation.negativeSlope,
                    large.scale.map { $0 + first }, large.shift.map { $0 + first }, windows + filled * windowStride,
                    windowStride)
                operations.pointee.gather_pixels(
                    small.map.pixel(line, x), Int32(smallChannels), small.map.pixelStride, Int32(count),
                    small.activation.negativeSlope, small.scale, small.shift, pixels + filled * pixelStride,
                    Int32(columns), pixelStride)
                filled += count
                x += count
                if filled == Self.positions { multiply() }
            }
        }
        multiply()
    }

    /// Adds the chunks' sums for one large channel, where small channels are rows.
    /// - sums: [tap, column], room to work in.
    private func reduce(
        _ large: Int, _ partials: UnsafePointer<Float>, sums: UnsafeMutablePointer<Float>,
        to gradient: UnsafeMutablePointer<Float>
    ) {
        let (block, local) = large.quotientAndRemainder(dividingBy: blockChannels)
        let channels = min(blockChannels, largeChannels - block * blockChannels)
        sums.update(repeating: 0, count: 16 * columns)
        for chunk in 0..<chunks {
            let partial = partials + (chunk * blocks + block) * partialCount
            for tap in 0..<16 {
                let column = tap * channels + local
                let sum = sums + tap * columns
                for small in 0..<smallChannels { sum[small] += partial[small * windowColumns + column] }
            }
        }
        for small in 0..<smallChannels {
            let out = gradient + (small * largeChannels + large) * 16
            for tap in 0..<16 { out[tap] += sums[tap * columns + small] }
        }
    }
}
