import CKernels
import COpenBLAS
import Tensor

/// Matrices [depth, columns] as the product kernels read them, in panels of 16 columns, the last of 8 where 8 are
/// left; and one bias for each column. Columns are (phase, output channel), zero-padded to a multiple of 8.
///
/// Where the processor has nothing but what the compiler targets, several matrices are kept row by row and OpenBLAS
/// multiplies, which has kernels for such processors too. With AVX2 it is slower than ours on every shape of a
/// generator (`Network.docc`).
struct PackedWeights {
    private let isForOpenBLAS: Bool
    /// Rounded to bfloat16 where the depth allows it: its products take two values of k at a time.
    let isHalf: Bool
    let bias: TensorBuffer<Float>
    let depth: Int
    let columns: Int
    let count: Int
    private let floats: TensorBuffer<Float>
    private let halves: TensorBuffer<UInt16>

    init(matrices count: Int, depth: Int, usedColumns: Int, precision: Precision) {
        self.count = count
        self.depth = depth
        isHalf = precision == .bf16 && depth % 2 == 0
        isForOpenBLAS = InstructionSet.current == .portable && count > 1 && !isHalf
        if isForOpenBLAS { openblas_set_num_threads(1) }
        columns = (usedColumns + 7) / 8 * 8
        floats = TensorBuffer(count: isHalf ? 0 : count * depth * columns)
        halves = TensorBuffer(count: isHalf ? count * depth * columns : 0)
        bias = TensorBuffer(count: columns)
    }

    var byteCount: Int { floats.byteCount + halves.byteCount + bias.byteCount }

    private var panels: Int { (columns + 15) / 16 }

    /// Columns of block `number` of `count` blocks of whole panels.
    func block(_ number: Int, of count: Int) -> Range<Int> {
        let first = panels * number / count
        let end = panels * (number + 1) / count
        return min(16 * first, columns)..<min(16 * end, columns)
    }

    /// Calls `body` with room for all matrices, packed one after the other, and keeps what it writes.
    func fill(_ body: (UnsafeMutablePointer<Float>) -> Void) {
        guard isHalf else {
            body(floats.base)
            if isForOpenBLAS {
                for matrix in 0..<count { unpack(floats.base + matrix * depth * columns) }
            }
            return
        }
        let exact = TensorBuffer<Float>(count: halves.count)
        body(exact.base)
        for matrix in 0..<count {
            let start = matrix * depth * columns
            nl_pack_pairs(exact.base + start, Int32(depth), Int32(columns), halves.base + start)
        }
    }

    /// From panels to rows.
    private func unpack(_ matrix: UnsafeMutablePointer<Float>) {
        let panels = Array(UnsafeBufferPointer(start: matrix, count: depth * columns))
        for column in 0..<columns {
            let first = column / 16 * 16
            let width = min(16, columns - first)
            for k in 0..<depth {
                matrix[k * columns + column] = panels[first * depth + k * width + column - first]
            }
        }
    }

    /// products[rows, productStride] = left[rows, leftStride] * matrix `number`, of `columns`. `left` holds floats, or
    /// bfloat16 where `isHalf`, as counted by `leftStride`.
    func multiply(
        _ left: UnsafeRawPointer, stride leftStride: Int, matrix number: Int, rows: Int, columns: Range<Int>,
        into products: UnsafeMutablePointer<Float>, stride productStride: Int
    ) {
        let start = number * depth * self.columns + columns.lowerBound * depth
        if isHalf {
            nl_multiply16(
                left.assumingMemoryBound(to: UInt16.self), leftStride, halves.base + start, nil, Int32(rows),
                Int32(depth), Int32(columns.count), products, productStride)
        } else if isForOpenBLAS {
            cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(rows), blasint(columns.count), blasint(depth), 1,
                left.assumingMemoryBound(to: Float.self), blasint(leftStride),
                floats.base + number * depth * self.columns + columns.lowerBound, blasint(self.columns), 0, products,
                blasint(productStride))
        } else {
            nl_multiply(
                left.assumingMemoryBound(to: Float.self), leftStride, floats.base + start, nil, Int32(rows),
                Int32(depth), Int32(columns.count), products, productStride)
        }
    }

    /// The same for the only matrix and rows that are windows of a strip, with bias and `slope` of an activation.
    func multiplyWindows(
        of strip: UnsafeRawPointer, at windows: UnsafePointer<Int32>, runs: TensorBuffer<Int32>, length: Int,
        count: Int, columns: Range<Int>, slope: Float, into products: UnsafeMutablePointer<Float>,
        stride productStride: Int
    ) {
        let start = columns.lowerBound * depth
        if isHalf {
            nl_multiply_windows16(
                strip.assumingMemoryBound(to: UInt16.self), windows, runs.base, Int32(runs.count), Int32(length),
                halves.base + start, bias.base + columns.lowerBound, slope, Int32(count), Int32(columns.count),
                products, productStride)
        } else {
            nl_multiply_windows(
                strip.assumingMemoryBound(to: Float.self), windows, runs.base, Int32(runs.count), Int32(length),
                floats.base + start, bias.base + columns.lowerBound, slope, Int32(count), Int32(columns.count),
                products, productStride)
        }
    }
}
