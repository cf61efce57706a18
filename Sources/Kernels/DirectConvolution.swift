import CKernels
import Tensor

/// Windows times weights. A task copies the strip of the input that its rows of positions see, activated and with zeros
/// around it; the windows are read where they lie in the strip. Where few positions meet many weights, all positions
/// are one strip that all tasks share, and each takes some columns: every weight is read from memory once.
final class DirectConvolution: ConvolutionWork {
    let weights: PackedWeights
    private let shape: ConvolutionShape
    private let rows: Int
    private let blocks: Int
    private let finish: Finish
    /// Whether all tasks read one strip of all rows and images.
    private let sharesStrip: Bool
    /// Columns of the widest block.
    private let widest: Int
    /// Floats from one pixel of a strip to the next.
    private let stripStride: Int
    /// A window as runs of `length` values: start of each after the window's own.
    private let runs: TensorBuffer<Int32>
    private let length: Int
    /// Start of the window of each position of a task; of all images where they share a strip.
    private let windows: TensorBuffer<Int32>

    init(_ shape: ConvolutionShape, rows: Int, blocks: Int, finish: Finish, kernel: Kernel) {
        self.shape = shape
        self.rows = rows
        self.blocks = blocks
        self.finish = finish
        weights = PackedWeights(
            matrices: 1, depth: 4 * shape.depth, usedColumns: shape.columns, kernel: kernel)
        let columns = weights
        widest = (0..<blocks).map { columns.block($0, of: blocks).count }.max()!
        let channels = shape.inputChannels
        // Pixels a large power of two apart would all fall into the same cache set.
        stripStride = channels % 256 == 0 ? channels + 16 : channels
        let taps = 2 * shape.inputSide
        let rowStride = (shape.width + 2) * stripStride
        let runsARow = stripStride == channels ? 1 : taps
        length = taps / runsARow * channels
        runs = TensorBuffer(count: taps * runsARow)
        for row in 0..<taps {
            for run in 0..<runsARow {
                runs.base[row * runsARow + run] = Int32(row * rowStride + run * stripStride)
            }
        }
        sharesStrip = rows == shape.positionRows && blocks > 1
        windows = TensorBuffer(count: (sharesStrip ? shape.images : 1) * rows * shape.positionColumns)
        for index in 0..<windows.count {
            let (line, column) = index.quotientAndRemainder(dividingBy: shape.positionColumns)
            let (image, row) = line.quotientAndRemainder(dividingBy: rows)
            windows.base[index] = Int32(
                shape.inputSide * ((image * (rows + 1) + row) * rowStride + column * stripStride))
        }
    }

    /// Rows of a strip that an image takes.
    private var stripRows: Int { shape.inputSide * (rows + 1) }
    /// Images whose strip a task reads.
    private var imagesATask: Int { sharesStrip ? shape.images : 1 }

    private var stripCount: Int { wholeLines(imagesATask * stripRows * (shape.width + 2) * stripStride) }

    private var rowBlocks: Int { (shape.positionRows + rows - 1) / rows }

    /// Whether products go straight into the output map: all columns of a contracting layer, in whole vectors.
    private var storesDirectly: Bool {
        shape.direction == .down && blocks == 1 && shape.outputChannels % 8 == 0 && finish.squashes == 0
    }

    var sharedCount: Int { sharesStrip ? stripCount : 0 }
    var workerCount: Int {
        (sharesStrip ? 0 : stripCount)
            + (storesDirectly ? 0 : wholeLines(imagesATask * rows * shape.positionColumns * widest))
    }
    var storingTasks: Int { shape.images / imagesATask * rowBlocks * blocks }

    func load(weight: UnsafePointer<Float>, gains: UnsafePointer<Float>?, pool: WorkerPool?) {
        weights.fill(on: pool) { matrix, columns in
            nl_direct_weights(
                weight, shape.direction == .down ? 1 : 0, Int32(shape.inputChannels), Int32(shape.outputChannels),
                gains,
                Int32(columns.lowerBound), Int32(columns.count), Int32(weights.columns), matrix)
        }
    }

    func forEachStep(_ perform: (ConvolutionStep, Int) -> Void) {
        if sharesStrip { perform(.strip, shape.images * stripRows) }
        perform(.whole, storingTasks)
    }

    func perform(_ step: ConvolutionStep, of run: ConvolutionRun, task: Int, worker: Int) {
        guard case .strip = step else {
            products(task: task, worker: worker, of: run)
            return
        }
        let rowBytes = (shape.width + 2) * stripStride * weights.kernel.elementBytes
        let (image, row) = task.quotientAndRemainder(dividingBy: stripRows)
        copyStrip(
            row - 1, count: 1, of: run.input.image(image), to: UnsafeMutableRawPointer(run.scratch) + task * rowBytes)
    }

    private func copyStrip(_ row: Int, count: Int, of input: nl_input, to strip: UnsafeMutableRawPointer) {
        var input = input
        weights.kernel.passes.pointee.copy_strip(
            &input, Int32(row), Int32(count), weights.kernel.entry.pointee.element, strip, stripStride)
    }

    private func products(task: Int, worker: Int, of run: ConvolutionRun) {
        let (place, block) = task.quotientAndRemainder(dividingBy: blocks)
        let (firstImage, rowBlock) = place.quotientAndRemainder(dividingBy: rowBlocks)
        let first = rowBlock * rows
        let positionRows = first..<min(first + rows, shape.positionRows)
        let mine = run.scratch + sharedCount + worker * workerCount
        let strip = sharesStrip ? run.scratch : mine
        if !sharesStrip {
            copyStrip(
                shape.inputSide * first - 1, count: shape.inputSide * (positionRows.count + 1),
                of: run.input.image(firstImage), to: strip)
        }
        run.moments?.clear(task: task)
        if storesDirectly {
            multiply(
                strip, rows: positionRows, into: run.output(ofImage: firstImage), moments: run.moments, task: task)
            return
        }
        let products = sharesStrip ? mine : mine + stripCount
        let columns = weights.block(block, of: blocks)
        let positions = positionRows.count * shape.positionColumns
        let count = imagesATask * positions
        weights.multiply(
            left(strip, at: windows.base), matrix: 0, rows: count, columns: columns, biased: true,
            slope: finish.slope, into: products, stride: columns.count)
        if finish.squashes != 0 { weights.kernel.passes.pointee.squash(products, count * columns.count) }
        for image in 0..<imagesATask {
            store(
                products + image * positions * columns.count, rows: positionRows, columns: columns,
                into: run.output(ofImage: firstImage + image), moments: run.moments, task: task)
        }
    }

    /// Windows of a strip, by indirection.
    private func left(_ strip: UnsafePointer<Float>, at windows: UnsafePointer<Int32>) -> nl_left_matrix {
        nl_left_matrix(
            base: strip, rows: windows, stride: 0, offsets: runs.base, segments: Int32(runs.count),
            length: Int32(length))
    }

    private func multiply(
        _ strip: UnsafePointer<Float>, rows: Range<Int>, into output: FeatureMap, moments: ChannelMoments?, task: Int
    ) {
        for row in rows {
            let pixels = output.pixel(row, 0)
            weights.multiply(
                left(strip, at: windows.base + (row - rows.lowerBound) * shape.positionColumns), matrix: 0,
                rows: shape.positionColumns, columns: 0..<weights.columns, biased: true, slope: finish.slope,
                into: pixels, stride: output.pixelStride)
            moments?.add(
                pixels, stride: output.pixelStride, count: Int32(shape.positionColumns),
                channels: 0..<shape.outputChannels, task: task)
        }
    }

    private func store(
        _ products: UnsafePointer<Float>, rows: Range<Int>, columns: Range<Int>, into output: FeatureMap,
        moments: ChannelMoments?, task: Int
    ) {
        let side = shape.outputSide
        for phase in 0..<side * side {
            let phaseColumns = (phase * shape.outputChannels..<(phase + 1) * shape.outputChannels).clamped(to: columns)
            guard !phaseColumns.isEmpty else { continue }
            let channel = phaseColumns.lowerBound - phase * shape.outputChannels
            let count = phaseColumns.count
            // The first position of an expanding layer has no upper or left pixels, the last no lower or right ones.
            let (phaseRow, phaseColumn) = phase.quotientAndRemainder(dividingBy: side)
            let firstColumn = side == 2 && phaseColumn == 0 ? 1 : 0
            let endColumn = side == 2 && phaseColumn == 1 ? shape.width : shape.positionColumns
            guard firstColumn < endColumn else { continue }
            for row in rows {
                let y = side * row - (side - 1) + phaseRow
                guard y >= 0 && y < output.height else { continue }
                let source =
                    products
                    + ((row - rows.lowerBound) * shape.positionColumns + firstColumn) * columns.count
                    + phaseColumns.lowerBound - columns.lowerBound
                let pixels = output.pixel(y, side * firstColumn - (side - 1) + phaseColumn) + channel
                let stride = side * output.pixelStride
                let pixelCount = Int32(endColumn - firstColumn)
                weights.kernel.passes.pointee.store_pixels(
                    source, columns.count, pixelCount, Int32(count), pixels, stride)
                moments?.add(pixels, stride: stride, count: pixelCount, channels: channel..<channel + count, task: task)
            }
        }
    }
}
