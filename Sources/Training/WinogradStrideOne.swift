import CTraining
import Kernels
import Tensor

/// A 4 x 4 convolution of stride 1 by Winograd's F(3 x 3, 4 x 4): 36 products of [tiles, input channels] x
/// [input channels, output channels] do the work of 144, and as many again the weights' gradient.
///
/// Relative errors stay near 1e-6, below what a step's noise asks for. Work is cut into blocks of tiles by the shape
/// alone; blocks of the weights' gradient are added in order.
struct WinogradStrideOne {
    private static let points = 36
    /// Tiles a block: windows and products stay in a core's second-level cache.
    private static let tiles = 48
    /// Into which the weights' gradient's tiles are cut.
    private static let chunks = 8

    let inputChannels: Int
    let outputChannels: Int
    private let padding: Int
    private let height: Int
    private let width: Int
    private let images: Int
    /// [point, input channel, output channel], rows and points a cache line more apart than their length.
    private let matrices: TensorBuffer<Float>

    /// Whether the channels fill vectors and tiles; with few tiles the transforms are not worth it.
    static func suits(inputChannels: Int, outputChannels: Int) -> Bool {
        inputChannels % 16 == 0 && outputChannels % 16 == 0
    }

    /// - height, width: of the output of one image of a batch.
    init(
        inputChannels: Int, outputChannels: Int, padding: Int, height: Int, width: Int, images: Int,
        workspace: Workspace
    ) {
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        self.padding = padding
        self.height = height
        self.width = width
        self.images = images
        matrices = TensorBuffer(count: Self.points * inputChannels * (outputChannels + 16))
        let count = Self.points * Self.tiles * (inputChannels + outputChannels + 32)
        workspace.reserve(
            scratch: count, partials: Self.chunks * Self.points * inputChannels * outputChannels)
    }

    private var tileColumns: Int { (width + 2) / 3 }
    private var tilesAnImage: Int { (height + 2) / 3 * tileColumns }
    private var tileCount: Int { images * tilesAnImage }

    /// Image of a tile, and row and column of its first pixel there.
    private func place(_ tile: Int) -> (image: Int, y: Int, x: Int) {
        let (image, index) = tile.quotientAndRemainder(dividingBy: tilesAnImage)
        return (image, index / tileColumns * 3, index % tileColumns * 3)
    }

    private var windowRow: Int { inputChannels + 16 }
    private var productRow: Int { outputChannels + 16 }

    /// - weight: [made, read, 4, 4] as this layer reads and makes channels; where `turned`, [read, made, 4, 4] of the
    ///   layer whose input gradient this one computes.
    func load(_ weight: UnsafePointer<Float>, turned: Bool, in workspace: Workspace) {
        workspace.pool.run(tasks: inputChannels) { input, _ in
            for output in 0..<outputChannels {
                let kernel = turned ? input * outputChannels + output : output * inputChannels + input
                nlt_winograd_weights(
                    weight + kernel * 16, turned ? 1 : 0, matrices.base + input * productRow + output,
                    inputChannels * productRow)
            }
        }
    }

    func run(_ input: ConvolutionInput, into output: FeatureMap, in workspace: Workspace) {
        precondition(output.height == images * height && output.width == width)
        workspace.pool.run(tasks: (tileCount + Self.tiles - 1) / Self.tiles) { task, worker in
            let windows = workspace.scratch(of: worker)
            let products = windows + Self.points * Self.tiles * windowRow
            let tiles = task * Self.tiles..<min((task + 1) * Self.tiles, tileCount)
            transform(input, tiles, into: windows)
            for point in 0..<Self.points {
                operations.pointee.product(
                    windows + point * Self.tiles * windowRow, windowRow, 1,
                    matrices.base + point * inputChannels * productRow, productRow, Int32(tiles.count),
                    Int32(outputChannels), Int32(inputChannels), products + point * Self.tiles * productRow,
                    productRow)
            }
            for (index, tile) in tiles.enumerated() {
                let (image, y, x) = place(tile)
                operations.pointee.winograd_outputs(
                    products + index * productRow, Self.tiles * productRow, Int32(outputChannels),
                    output.image(image, of: images).base, Int32(height), Int32(width), output.pixelStride, Int32(y),
                    Int32(x))
            }
        }
    }

    /// Adds to `sum`, [output channels, input channels, 4, 4].
    func addWeightGradient(
        input: ConvolutionInput, gradient: FeatureMap, to sum: UnsafeMutablePointer<Float>, in workspace: Workspace
    ) {
        let partialCount = Self.points * inputChannels * outputChannels
        let partials = workspace.partials.base
        let chunkTiles = (tileCount + Self.chunks - 1) / Self.chunks
        workspace.pool.run(tasks: Self.chunks) { chunk, worker in
            let partial = partials + chunk * partialCount
            partial.update(repeating: 0, count: partialCount)
            let windows = workspace.scratch(of: worker)
            let gradients = windows + Self.points * Self.tiles * windowRow
            let end = min((chunk + 1) * chunkTiles, tileCount)
            for first in stride(from: chunk * chunkTiles, to: end, by: Self.tiles) {
                let tiles = first..<min(first + Self.tiles, end)
                transform(input, tiles, into: windows)
                for (index, tile) in tiles.enumerated() {
                    let (image, y, x) = place(tile)
                    operations.pointee.winograd_gradients(
                        gradient.image(image, of: images).base, Int32(height), Int32(width), Int32(outputChannels),
                        gradient.pixelStride, Int32(y), Int32(x), gradients + index * productRow,
                        Self.tiles * productRow)
                }
                for point in 0..<Self.points {
                    operations.pointee.product_add(
                        windows + point * Self.tiles * windowRow, 1, windowRow,
                        gradients + point * Self.tiles * productRow, productRow, Int32(inputChannels),
                        Int32(outputChannels), Int32(tiles.count), partial + point * inputChannels * outputChannels,
                        outputChannels)
                }
            }
        }
        workspace.pool.run(tasks: inputChannels) { input, _ in
            for chunk in 1..<Self.chunks {
                for point in 0..<Self.points {
                    let row = (point * inputChannels + input) * outputChannels
                    for output in row..<row + outputChannels {
                        partials[output] += partials[chunk * partialCount + output]
                    }
                }
            }
            for output in 0..<outputChannels {
                nlt_winograd_weight_gradient(
                    partials + input * outputChannels + output, inputChannels * outputChannels,
                    sum + (output * inputChannels + input) * 16)
            }
        }
    }

    private func transform(_ input: ConvolutionInput, _ tiles: Range<Int>, into windows: UnsafeMutablePointer<Float>) {
        for (index, tile) in tiles.enumerated() {
            let (image, y, x) = place(tile)
            let map = input.map.image(image, of: images)
            operations.pointee.winograd_inputs(
                map.base, Int32(map.height), Int32(map.width), Int32(inputChannels), map.pixelStride,
                Int32(y - padding), Int32(x - padding),
                input.activation.negativeSlope, input.scale, input.shift, windows + index * windowRow,
                Self.tiles * windowRow)
        }
    }
}
