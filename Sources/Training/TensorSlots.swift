package import Tensor

/// Named tensors that lie one after the other in one buffer.
package struct TensorSlots: Sendable {
    package struct Slot: Sendable, Equatable {
        package let name: String
        package let shape: TensorShape
        /// Of its first element, in elements; a multiple of 16.
        package let offset: Int
    }

    package private(set) var slots: [Slot] = []
    package private(set) var count = 0

    /// - name: not added before.
    /// - Returns: the offset.
    mutating func add(_ name: String, _ extents: [Int]) -> Int {
        precondition(!slots.contains { $0.name == name })
        let shape = TensorShape(extents)!
        let offset = count
        slots.append(Slot(name: name, shape: shape, offset: offset))
        count += (shape.count + 15) / 16 * 16
        return offset
    }
}
