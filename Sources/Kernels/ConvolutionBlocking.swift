/// How a layer's product is cut into tasks: a pure function of the shape, never of the number of threads, so that
/// every sum is taken in the same order however many threads run.
struct ConvolutionBlocking: Equatable {
    enum Product { case registerTiles, openBLAS }

    let product: Product
    /// Positions (rows of the window matrix) a task.
    let positions: Int
    /// Output channels a task.
    let channels: Int
    let positionBlocks: Int
    let channelBlocks: Int

    var tasks: Int { positionBlocks * channelBlocks }

    init(_ shape: ConvolutionShape) {
        let columns = shape.phases * shape.outputChannels
        product = Self.product(positions: shape.positions, depth: shape.depth, columns: columns)
        switch product {
        case .registerTiles:
            // The window matrix of a task stays in a core's second-level cache (512 KiB and more).
            positions = min(shape.positions, max(12, min(252, 49_152 / shape.depth / 12 * 12)))
        case .openBLAS:
            positions = min(shape.positions, 256)
        }
        positionBlocks = (shape.positions + positions - 1) / positions
        // Few positions: cut the channels too, in whole register tiles.
        let grain = shape.phases == 4 ? 4 : 16
        let wantedBlocks = max(1, 8 / positionBlocks)
        let grains = (shape.outputChannels + grain - 1) / grain
        let grainsPerBlock = max((grains + wantedBlocks - 1) / wantedBlocks, 1)
        channels = min(shape.outputChannels, grainsPerBlock * grain)
        channelBlocks = (shape.outputChannels + channels - 1) / channels
    }

    /// OpenBLAS packs both matrices anew each time, which pays for itself where both are large.
    static func product(positions: Int, depth: Int, columns: Int) -> Product {
        positions >= 64 && depth >= 512 && columns >= 256 ? .openBLAS : .registerTiles
    }
}
