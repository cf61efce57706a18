import Glibc

/// Memory for numbers, aligned to a cache line (64 bytes), zero at first, freed with its owner.
///
/// Large buffers are mapped from the system: they take no memory before they are written, and give it back at once.
package final class TensorBuffer<Element: BitwiseCopyable> {
    /// Valid while the buffer lives: its owner holds it in a property.
    package let base: UnsafeMutablePointer<Element>
    package let count: Int
    private let isMapped: Bool

    /// - count: elements, at least 0.
    package init(count: Int) {
        precondition(count >= 0)
        self.count = count
        let bytes = count * MemoryLayout<Element>.stride
        let map =
            bytes >= 1 << 18
            ? mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) : nil
        if let map, map != MAP_FAILED {
            // Fewer entries of the address cache for maps that are read all over.
            madvise(map, bytes, MADV_HUGEPAGE)
            base = map.bindMemory(to: Element.self, capacity: count)
            isMapped = true
        } else {
            let raw = UnsafeMutableRawPointer.allocate(byteCount: max(bytes, 1), alignment: 64)
            raw.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
            base = raw.bindMemory(to: Element.self, capacity: count)
            isMapped = false
        }
    }

    deinit {
        if isMapped { munmap(base, byteCount) } else { UnsafeMutableRawPointer(base).deallocate() }
    }

    package var byteCount: Int { count * MemoryLayout<Element>.stride }
}
