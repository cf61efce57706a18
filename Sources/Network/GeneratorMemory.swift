import Synchronization
import Tensor

/// What a generator writes while it runs: the maps between its levels, and scratch. Generators of one make and size may
/// share it; they then take turns.
///
/// `@unchecked Sendable`: `scratch` is replaced while generators are planned, before any runs; what the buffers hold is
/// touched only with `turn` held.
package final class GeneratorMemory: @unchecked Sendable {
    let description: GeneratorDescription
    let height: Int
    let width: Int
    let maps: [TensorBuffer<Float>]
    private(set) var scratch = TensorBuffer<Float>(count: 0)
    let turn = Mutex(())

    /// - height, width: of the image, in pixels.
    package init(_ description: GeneratorDescription, height: Int, width: Int) {
        self.description = description
        self.height = height
        self.width = width
        maps = (0..<description.layers).map { level in
            TensorBuffer(count: (height >> (level + 1)) * (width >> (level + 1)) * description.expandingInput(level))
        }
    }

    /// As much memory for as many maps.
    package convenience init(like other: GeneratorMemory) {
        self.init(other.description, height: other.height, width: other.width)
    }

    func reserve(scratch count: Int) {
        if scratch.count < count { scratch = TensorBuffer(count: count) }
    }

    func fits(_ description: GeneratorDescription, height: Int, width: Int) -> Bool {
        self.description == description && self.height == height && self.width == width
    }

    package var byteCount: Int { maps.map(\.byteCount).reduce(0, +) + scratch.byteCount }
}
