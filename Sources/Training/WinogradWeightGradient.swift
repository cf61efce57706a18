import CTraining
package import Kernels
import Tensor

/// The gradient of a 4 x 4 layer of stride 2 with respect to its weights by Winograd's F(3 x 3, 2 x 2): 16 products of
/// [large channels of a cell, tiles] x [tiles, small channels] instead of 36. What `large` and `small` are, and how the
/// weights are stored, is as in `WeightGradient`.
///
/// Some tiles at a time are transformed, tile by tile, then multiplied, point by point: every sum is taken in the order of
/// the tiles, whichever thread takes it.
package struct WinogradWeightGradient: LayerWeightGradient {
    private static let points = 16
    /// Tiles a task transforms; rows a task multiplies.
    private static let stepTiles = 16
    private static let stepRows = 64

    private let largeChannels: Int
    private let smallChannels: Int
    private let height: Int
    private let width: Int
    private let images: Int
    /// Whose windows and gradients are in memory at a time: what a core's second-level cache holds, or more where they
    /// would be less than the sums, which are read and written for them.
    private let tiles: Int

    /// Whether the channels fill vectors, and the maps enough tiles for four times the sums to be worth it.
    package static func suits(
        largeChannels: Int, smallChannels: Int, height: Int, width: Int, images: Int = 1
    ) -> Bool {
        largeChannels % 8 == 0 && smallChannels % 16 == 0 && images * height * width >= 1024
    }

    /// - height, width: of the small map of one image.
    /// - images: of a batch, below each other in the maps; the sums are of all.
    package init(
        largeChannels: Int, smallChannels: Int, height: Int, width: Int, images: Int = 1, workspace: Workspace
    ) {
        self.largeChannels = largeChannels
        self.smallChannels = smallChannels
        self.height = height
        self.width = width
        self.images = images
        let perTile = 4 * Self.points * (4 * largeChannels + smallChannels + 32)
        let sumBytes = 4 * Self.points * 4 * largeChannels * smallChannels
        tiles = max(64, min(512, max(1 << 20, sumBytes) / perTile / Self.stepTiles * Self.stepTiles))
        workspace.reserve(
            total: Self.points * (windowPoint + gradientPoint) + workspace.pool.threads * borderCount,
            partials: Self.points * sumPoint)
    }

    private var tileColumns: Int { (width + 2) / 3 }
    private var tilesAnImage: Int { (height + 2) / 3 * tileColumns }
    private var tileCount: Int { images * tilesAnImage }
    private var depth: Int { 4 * largeChannels }
    // Rows and points lie a cache line more apart than their length.
    private var windowRow: Int { depth + 16 }
    private var windowPoint: Int { tiles * windowRow + 16 }
    private var gradientRow: Int { smallChannels + 16 }
    private var gradientPoint: Int { tiles * gradientRow + 16 }
    private var sumPoint: Int { depth * smallChannels }
    private var borderCount: Int { 64 * largeChannels }

    /// Adds to `gradient`, [small channels, large channels, 4, 4].
    package func add(
        large: ConvolutionInput, small: ConvolutionInput, to gradient: UnsafeMutablePointer<Float>,
        in workspace: Workspace
    ) {
        precondition(large.map.channels == largeChannels && small.map.channels == smallChannels)
        precondition(small.map.height == images * height && small.map.width == width)
        let windows = workspace.scratch.base
        let gradients = windows + Self.points * windowPoint
        let borders = gradients + Self.points * gradientPoint
        let sums = workspace.partials.base
        sums.update(repeating: 0, count: Self.points * sumPoint)
        for first in stride(from: 0, to: tileCount, by: tiles) {
            let count = min(tiles, tileCount - first)
            workspace.pool.run(tasks: (count + Self.stepTiles - 1) / Self.stepTiles) { task, worker in
                for tile in task * Self.stepTiles..<min((task + 1) * Self.stepTiles, count) {
                    let (image, place) = (first + tile).quotientAndRemainder(dividingBy: tilesAnImage)
                    let (y, x) = place.quotientAndRemainder(dividingBy: tileColumns)
                    var outputs = small.image(image, of: images).kernelInput
                    large.image(image, of: images).transformWindow(
                        ofTile: (y, x), border: borders + worker * borderCount, into: windows + tile * windowRow,
                        pointStride: windowPoint)
                    operations.pointee.stride_two_gradients(
                        &outputs, Int32(y), Int32(x), 1, gradients + tile * gradientRow, gradientRow, gradientPoint)
                }
            }
            let blocks = (depth + Self.stepRows - 1) / Self.stepRows
            workspace.pool.run(tasks: Self.points * blocks) { task, _ in
                let (point, block) = task.quotientAndRemainder(dividingBy: blocks)
                let row = block * Self.stepRows
                operations.pointee.product_add(
                    windows + point * windowPoint + row, 1, windowRow, gradients + point * gradientPoint, gradientRow,
                    Int32(min(Self.stepRows, depth - row)), Int32(smallChannels), Int32(count),
                    sums + point * sumPoint + row * smallChannels, smallChannels)
            }
        }
        workspace.pool.run(tasks: largeChannels) { channel, _ in
            for cell in 0..<4 {
                let row = sums + (cell * largeChannels + channel) * smallChannels
                for output in 0..<smallChannels {
                    nlt_stride_two_weight_gradient(
                        row + output, sumPoint,
                        gradient + (output * largeChannels + channel) * 16 + cell / 2 * 4 + cell % 2)
                }
            }
        }
    }
}
