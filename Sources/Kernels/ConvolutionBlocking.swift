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
        if Self.isLarge(shape) {
            product = .openBLAS
            positions = 256
        } else {
            product = .registerTiles
            // The window matrix of a task stays in a core's second-level cache (512 KiB and more).
            positions = min(shape.positions, max(12, min(252, 49_152 / shape.depth / 12 * 12)))
        }
        positionBlocks = (shape.positions + positions - 1) / positions
        // Few positions: cut the channels too, in whole register tiles.
        let grain = shape.phases == 4 ? 4 : 16
        let grains = (shape.outputChannels + grain - 1) / grain
        let wantedBlocks = product == .openBLAS ? 1 : max(1, 8 / positionBlocks)
        channels = min(shape.outputChannels, (grains + wantedBlocks - 1) / wantedBlocks * grain)
        channelBlocks = (shape.outputChannels + channels - 1) / channels
    }

    /// Whether OpenBLAS is to multiply. It packs both matrices anew for each product.
    ///
    /// Measured on AMD Zen 1 (AVX2), one thread, 2026-11-22, Debian's OpenBLAS 0.3.21, GFLOPS of processor time,
    /// tiles / OpenBLAS: 192 x 256 x 64 (positions x depth x columns) 47 / 12, 96 x 512 x 256 43 / 11, 96 x 1024 x 128
    /// 42 / 35, 256 x 1024 x 512 44 / 36, 256 x 2048 x 1024 43 / 39, 4 x 4096 x 2048 17 / 14. The tiles win throughout
    /// here; where OpenBLAS comes near, it gains on processors with wider vectors than the tiles use.
    static func isLarge(_ shape: ConvolutionShape) -> Bool {
        shape.positions >= 256 && shape.depth >= 1024 && shape.phases * shape.outputChannels >= 512
    }
}
