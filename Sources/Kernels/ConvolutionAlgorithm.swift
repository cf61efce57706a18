/// How a layer is computed: a pure function of its shape and kernel, never of the number of threads, so that every sum is
/// taken in the same order however many threads run.
package enum ConvolutionAlgorithm: Sendable, Equatable {
    /// Windows times weights.
    /// - rows: rows of positions a task.
    /// - blocks: into which the columns are cut, a task each.
    case direct(rows: Int, blocks: Int)
    /// Winograd's F(3 x 3, 2 x 2), 16 products of [tiles, depth] x [depth, columns] instead of 36, a task being all
    /// that is done to some tiles: for layers whose transformed weights stay in cache.
    case winogradByTiles(tiles: Int)
    /// The same in three steps, a task being one point and some columns: for layers whose weights should be read from
    /// memory once for many tiles.
    case winogradByPoints(tiles: Int)

    package init(_ shape: ConvolutionShape, on kernel: Kernel) {
        let tilesAnImage = (shape.positionRows + 2) / 3 * ((shape.positionColumns + 2) / 3)
        let tiles = shape.images * tilesAnImage
        let perTile = 64 * (shape.depth + shape.columns)
        let weightBytes = 64 * shape.depth * shape.columns
        if kernel.prefersDirect || shape.inputChannels < 8 || tilesAnImage < 9 || (tiles < 64 && weightBytes > 2 << 20)
        {
            self = Self.direct(shape)
        } else if weightBytes <= 2 << 20 {
            // Windows and products of a task within a core's second-level cache.
            self = .winogradByTiles(tiles: max(12, min(48, (384 << 10) / perTile / 12 * 12)))
        } else {
            // Windows and products of all threads: more where more weights are read for them.
            let most = max(48, max(3 << 20, min(weightBytes, 24 << 20)) / perTile)
            let chunks = (tiles + most - 1) / most
            self = .winogradByPoints(tiles: (tiles + chunks - 1) / chunks)
        }
    }

    package static func direct(_ shape: ConvolutionShape) -> ConvolutionAlgorithm {
        let strip = shape.inputSide * (shape.width + 2) * shape.inputChannels
        let weights = 4 * shape.depth * shape.columns
        if weights > 1 << 16 && strip * shape.positionRows * shape.images < 1 << 20 {
            return .direct(rows: shape.positionRows, blocks: max(1, min((shape.columns + 15) / 16, 16)))
        }
        // Strip and products of a task stay in a core's second-level cache.
        let products = shape.positionColumns * shape.columns
        return .direct(rows: max(1, min(shape.positionRows, 32_768 / (strip + products))), blocks: 1)
    }

    package var name: String {
        switch self {
        case .direct: "direct"
        case .winogradByTiles: "Winograd, by tiles"
        case .winogradByPoints: "Winograd, by points"
        }
    }
}
