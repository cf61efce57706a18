import Tensor

/// A layer's weights in the order its products read them, and its bias.
///
/// One matrix [depth, columns] for each block of output channels; rows are window elements (row, column, input
/// channel), columns (phase, output channel), zero-padded to whole register tiles; in tiles for the register kernel,
/// row by row for OpenBLAS. The bias is one row more, a block.
struct ConvolutionWeights {
    let matrices: TensorBuffer<Float>
    let bias: TensorBuffer<Float>
    /// Columns of a block's matrix, padding included.
    let columns: Int
    let matrixCount: Int

    init(
        _ shape: ConvolutionShape, _ blocking: ConvolutionBlocking, weight: [Float], bias source: [Float]?
    ) {
        precondition(weight.count == 16 * shape.inputChannels * shape.outputChannels)
        precondition(source == nil || source!.count == shape.outputChannels)
        columns = Self.columns(shape, blocking)
        matrixCount = shape.depth * columns
        matrices = TensorBuffer(count: matrixCount * blocking.channelBlocks)
        bias = TensorBuffer(count: columns * blocking.channelBlocks)

        let tile = registerTileColumns
        for output in 0..<shape.outputChannels {
            let block = output / blocking.channels
            let first = block * blocking.channels
            let width = min(blocking.channels, shape.outputChannels - first)
            let matrix = matrices.base + block * matrixCount
            for phase in 0..<shape.phases {
                let column = phase * width + output - first
                if let source { bias.base[block * columns + column] = source[output] }
                var k = 0
                for row in 0..<shape.taps {
                    for tap in 0..<shape.taps {
                        for input in 0..<shape.inputChannels {
                            let value = weight[
                                shape.weightIndex(row: row, column: tap, input: input, phase: phase, output: output)]
                            switch blocking.product {
                            case .registerTiles:
                                matrix[(column / tile * shape.depth + k) * tile + column % tile] = value
                            case .openBLAS:
                                matrix[k * columns + column] = value
                            }
                            k += 1
                        }
                    }
                }
            }
        }
    }

    static func columns(_ shape: ConvolutionShape, _ blocking: ConvolutionBlocking) -> Int {
        let columns = shape.phases * blocking.channels
        return (columns + registerTileColumns - 1) / registerTileColumns * registerTileColumns
    }
}
