import Dispatch

/// Lets threads write disjoint elements of one buffer; each index is written by exactly one of them.
private struct DisjointSlots<Element>: @unchecked Sendable {
    let base: UnsafeMutablePointer<Element>
}

/// Results in index order, so that they never depend on the number of threads.
func parallelMap<Result: Sendable>(count: Int, _ body: @Sendable (Int) -> Result) -> [Result] {
    if count == 0 { return [] }
    return Array(unsafeUninitializedCapacity: count) { buffer, initialised in
        let slots = DisjointSlots(base: buffer.baseAddress!)
        DispatchQueue.concurrentPerform(iterations: count) { index in
            (slots.base + index).initialize(to: body(index))
        }
        initialised = count
    }
}

extension Array where Element: Sendable {
    /// Calls `body` with each row of a row-major array; rows may run on several threads.
    mutating func parallelRows(
        height: Int, _ body: @Sendable (_ y: Int, _ row: UnsafeMutableBufferPointer<Element>) -> Void
    ) {
        let stride = count / height
        withUnsafeMutableBufferPointer { buffer in
            let slots = DisjointSlots(base: buffer.baseAddress!)
            DispatchQueue.concurrentPerform(iterations: height) { y in
                body(y, UnsafeMutableBufferPointer(start: slots.base + y * stride, count: stride))
            }
        }
    }
}
