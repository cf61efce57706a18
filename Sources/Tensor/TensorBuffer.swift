/// Memory for numbers, aligned to a cache line (64 bytes), zero at first, freed with its owner.
package final class TensorBuffer<Element: BitwiseCopyable> {
    /// Valid while the buffer lives: its owner holds it in a property.
    package let base: UnsafeMutablePointer<Element>
    package let count: Int

    /// - count: elements, at least 0.
    package init(count: Int) {
        precondition(count >= 0)
        let bytes = count * MemoryLayout<Element>.stride
        let raw = UnsafeMutableRawPointer.allocate(byteCount: max(bytes, 1), alignment: 64)
        raw.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        base = raw.bindMemory(to: Element.self, capacity: count)
        self.count = count
    }

    deinit { UnsafeMutableRawPointer(base).deallocate() }

    package var byteCount: Int { count * MemoryLayout<Element>.stride }
}
