import CKernels
import Tensor

/// The right matrices of a layer's products, [K, N], packed as its kernel reads them, and one bias for each column.
/// Columns are (phase, output channel), zero-padded to a multiple of 8.
struct PackedWeights {
    let kernel: Kernel
    let bias: TensorBuffer<Float>
    /// K.
    let depth: Int
    /// N.
    let columns: Int
    let count: Int
    private let elements: TensorBuffer<UInt8>

    /// - kernel: the exact one of its instruction set is taken where the depth is no multiple of its step.
    init(matrices count: Int, depth: Int, usedColumns: Int, kernel: Kernel) {
        self.count = count
        self.depth = depth
        self.kernel = depth % kernel.kStep == 0 ? kernel : kernel.exact
        columns = (usedColumns + 7) / 8 * 8
        elements = TensorBuffer(
            count: count * depth * columns * self.kernel.elementBytes + Int(NL_PACKED_PADDING))
        bias = TensorBuffer(count: columns)
    }

    var byteCount: Int { elements.byteCount + bias.byteCount }

    private var panels: Int { (columns + 15) / 16 }

    /// Columns of block `number` of `count` blocks of whole panels.
    func block(_ number: Int, of count: Int) -> Range<Int> {
        if kernel.entry.pointee.takes_whole != 0 { return number == 0 ? 0..<columns : columns..<columns }
        let first = panels * number / count
        let end = panels * (number + 1) / count
        return min(16 * first, columns)..<min(16 * end, columns)
    }

    /// Has `write` fill the columns of each panel, in room for all matrices in panels of binary32, one after the other,
    /// and packs what it writes.
    /// - pool: its threads share the panels; nil for the calling thread alone.
    func fill(on pool: WorkerPool?, _ write: (UnsafeMutablePointer<Float>, _ columns: Range<Int>) -> Void) {
        func fill(_ matrices: UnsafeMutablePointer<Float>) {
            func panel(_ number: Int) { write(matrices, 16 * number..<min(16 * (number + 1), columns)) }
            if let pool {
                pool.run(tasks: panels) { number, _ in panel(number) }
            } else {
                for number in 0..<panels { panel(number) }
            }
        }
        guard let pack = kernel.entry.pointee.pack else {
            fill(UnsafeMutableRawPointer(elements.base).assumingMemoryBound(to: Float.self))
            return
        }
        let unpacked = TensorBuffer<Float>(count: count * depth * columns)
        fill(unpacked.base)
        for matrix in 0..<count {
            let start = matrix * depth * columns
            pack(
                unpacked.base + start, Int32(depth), Int32(columns), elements.base + start * kernel.elementBytes)
        }
    }

    /// products[rows, productStride] = slope(left[rows, K] * matrix `number`, of `columns`, + bias).
    /// - left: of the kernel's elements.
    /// - biased: false for no bias.
    /// - slope: of an activation, 1 for none.
    func multiply(
        _ left: nl_left_matrix, matrix number: Int, rows: Int, columns: Range<Int>, biased: Bool = false,
        slope: Float = 1, into products: UnsafeMutablePointer<Float>, stride productStride: Int
    ) {
        guard !columns.isEmpty else { return }
        var left = left
        let start = number * depth * self.columns + columns.lowerBound * depth
        kernel.entry.pointee.multiply(
            &left, elements.base + start * kernel.elementBytes, biased ? bias.base + columns.lowerBound : nil, slope,
            Int32(rows), Int32(columns.count), products, productStride)
    }
}
