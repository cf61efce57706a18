import CKernels
import Tensor

/// Winograd's F(3 x 3, 2 x 2) on the 2 x 2 convolution that every layer is (see `ConvolutionShape`): the 3 x 3
/// positions of a tile take 16 products a pair of channels instead of 36. All its constants are 1 and 1/2, so that
/// the results are about as exact as the direct sum's.
final class WinogradConvolution: ConvolutionWork {
    private static let points = 16
    /// Tiles that one task transforms, where the products are a step of their own.
    private static let stepTiles = 6
    /// Columns that one task multiplies there.
    private static let stepColumns = 128

    let weights: PackedWeights
    private let shape: ConvolutionShape
    private let finish: Finish
    private let byPoints: Bool
    /// Tiles whose windows and products are in memory at a time: of a task, or of all.
    private let chunk: Int
    private let tileColumns: Int
    private let tilesAnImage: Int
    private let tiles: Int

    init(_ shape: ConvolutionShape, tiles chunk: Int, byPoints: Bool, finish: Finish, kernel: Kernel) {
        self.shape = shape
        self.finish = finish
        self.byPoints = byPoints
        tileColumns = (shape.positionColumns + 2) / 3
        tilesAnImage = tileColumns * ((shape.positionRows + 2) / 3)
        tiles = shape.images * tilesAnImage
        // Whole steps, so that a step's tiles are the same whatever the chunk.
        let whole = (chunk + Self.stepTiles - 1) / Self.stepTiles * Self.stepTiles
        self.chunk = min(byPoints ? whole : chunk, tiles)
        weights = PackedWeights(
            matrices: Self.points, depth: shape.depth, usedColumns: shape.columns, kernel: kernel)
    }

    // Rows and points lie a cache line more apart than their length: a power of two apart, they would fall into the
    // same cache set.
    private var windowRow: Int { wholeLines(weights.depth) + 16 }
    private var windowPoint: Int { chunk * windowRow + 16 }
    private var productRow: Int { wholeLines(weights.columns) + 16 }
    private var productPoint: Int { chunk * productRow + 16 }
    /// Bytes of a value of a window.
    private var windowBytes: Int { weights.kernel.elementBytes }
    /// Floats that the windows take.
    private var windowCount: Int { wholeLines(Self.points * windowPoint * windowBytes / 4) }
    private var chunkCount: Int { windowCount + Self.points * productPoint }
    /// What the transforms need for tiles at the border.
    private var borderCount: Int {
        let window = 16 * shape.inputSide * shape.inputSide * shape.inputChannels
        return wholeLines(max(window, 9 * weights.columns, shape.outputChannels))
    }

    var sharedCount: Int { byPoints ? chunkCount : 0 }
    var workerCount: Int { borderCount + (byPoints ? 0 : chunkCount) }
    var storingTasks: Int { (tiles + tilesATask - 1) / tilesATask }
    private var tilesATask: Int { byPoints ? Self.stepTiles : chunk }

    func load(weight: UnsafePointer<Float>, gains: UnsafePointer<Float>?, pool: WorkerPool?) {
        weights.fill(on: pool) { matrices, columns in
            nl_winograd_weights(
                weight, shape.direction == .down ? 1 : 0, Int32(shape.inputChannels), Int32(shape.outputChannels),
                gains,
                Int32(columns.lowerBound), Int32(columns.count), Int32(weights.columns), matrices)
        }
    }

    func forEachStep(_ perform: (ConvolutionStep, Int) -> Void) {
        guard byPoints else {
            perform(.whole, storingTasks)
            return
        }
        var first = 0
        while first < tiles {
            let some = first..<min(first + chunk, tiles)
            let tasks = (some.count + Self.stepTiles - 1) / Self.stepTiles
            perform(.windows(of: some), tasks)
            perform(.products(of: some), Self.points * columnBlocks)
            perform(.outputs(of: some), tasks)
            first += chunk
        }
    }

    private var columnBlocks: Int { max(1, weights.columns / Self.stepColumns) }

    func perform(_ step: ConvolutionStep, of run: ConvolutionRun, task: Int, worker: Int) {
        let border = run.scratch + sharedCount + worker * workerCount
        let windows = byPoints ? run.scratch : border + borderCount
        let products = windows + windowCount
        switch step {
        case .strip, .whole:
            let mine = task * chunk..<min((task + 1) * chunk, tiles)
            gather(mine, of: run.input, into: windows, border: border)
            for point in 0..<Self.points {
                multiply(windows, point: point, rows: mine.count, columns: 0..<weights.columns, into: products)
            }
            store(products, tiles: mine, of: run, spare: border, task: task)
        case .windows(let some):
            gather(
                tiles(ofTask: task, among: some), of: run.input,
                into: UnsafeMutableRawPointer(windows) + task * Self.stepTiles * windowRow * windowBytes,
                border: border)
        case .products(let some):
            multiply(
                windows, point: task / columnBlocks, rows: some.count,
                columns: weights.block(task % columnBlocks, of: columnBlocks), into: products)
        case .outputs(let some):
            store(
                products + task * Self.stepTiles * productRow, tiles: tiles(ofTask: task, among: some), of: run,
                spare: border,
                task: some.lowerBound / Self.stepTiles + task)
        }
    }

    private func tiles(ofTask task: Int, among some: Range<Int>) -> Range<Int> {
        let first = some.lowerBound + task * Self.stepTiles
        return first..<min(first + Self.stepTiles, some.upperBound)
    }

    private func gather(
        _ tiles: Range<Int>, of input: nl_input, into windows: UnsafeMutableRawPointer,
        border: UnsafeMutablePointer<Float>
    ) {
        forEachRow(tiles) { image, y, xs, index in
            var source = input.image(image)
            weights.kernel.passes.pointee.winograd_gather(
                &source, Int32(shape.inputSide), Int32(y), Int32(xs.lowerBound), Int32(xs.count), border,
                weights.kernel.entry.pointee.element, windows + index * windowRow * windowBytes, windowRow, windowPoint)
        }
    }

    private func multiply(
        _ windows: UnsafeRawPointer, point: Int, rows: Int, columns: Range<Int>,
        into products: UnsafeMutablePointer<Float>
    ) {
        let left = nl_left_matrix(
            base: windows + point * windowPoint * windowBytes, rows: nil, stride: windowRow, offsets: nil, segments: 1,
            length: Int32(weights.depth))
        weights.multiply(
            left, matrix: point, rows: rows, columns: columns,
            into: products + point * productPoint + columns.lowerBound, stride: productRow)
    }

    private func store(
        _ products: UnsafePointer<Float>, tiles: Range<Int>, of run: ConvolutionRun,
        spare: UnsafeMutablePointer<Float>, task: Int
    ) {
        run.moments?.clear(task: task)
        let side = shape.outputSide
        forEachRow(tiles) { image, y, xs, index in
            let output = run.output(ofImage: image)
            var target = output.kernelOutput
            weights.kernel.passes.pointee.winograd_scatter(
                products + index * productRow, productRow, productPoint, Int32(weights.columns), weights.bias.base,
                finish.slope, finish.squashes, Int32(side), Int32(y), Int32(xs.lowerBound), Int32(xs.count), spare,
                &target)
            guard let moments = run.moments else { return }
            let pixelRows = (side * 3 * y - (side - 1)..<side * 3 * (y + 1) - (side - 1)).clamped(to: 0..<output.height)
            let pixels =
                (side * 3 * xs.lowerBound - (side - 1)..<side * 3 * xs.upperBound - (side - 1))
                .clamped(to: 0..<output.width)
            for row in pixelRows {
                moments.add(
                    output.pixel(row, pixels.lowerBound), stride: output.pixelStride, count: Int32(pixels.count),
                    channels: 0..<output.channels, task: task)
            }
        }
    }

    /// The runs of `tiles` that lie in one row of an image: (image, row, columns, index of the first within `tiles`).
    private func forEachRow(
        _ tiles: Range<Int>, _ body: (_ image: Int, _ y: Int, _ xs: Range<Int>, _ index: Int) -> Void
    ) {
        var tile = tiles.lowerBound
        while tile < tiles.upperBound {
            let (image, place) = tile.quotientAndRemainder(dividingBy: tilesAnImage)
            let (y, x) = place.quotientAndRemainder(dividingBy: tileColumns)
            let count = min(tileColumns - x, tiles.upperBound - tile)
            body(image, y, x..<x + count, tile - tiles.lowerBound)
            tile += count
        }
    }
}
