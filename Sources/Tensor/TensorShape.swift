/// Extents of a tensor, outermost first; none for a scalar.
package struct TensorShape: Equatable, Sendable, CustomStringConvertible {
    package let extents: [Int]
    /// Number of elements, at least 0.
    package let count: Int

    /// `nil` where an extent is negative or the number of elements overflows.
    package init?(_ extents: [Int]) {
        var count = 1
        for extent in extents {
            guard extent >= 0 else { return nil }
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard !overflow else { return nil }
            count = product
        }
        self.extents = extents
        self.count = count
    }

    package var rank: Int { extents.count }
    package subscript(axis: Int) -> Int { extents[axis] }
    package var description: String { "[" + extents.map(String.init).joined(separator: ", ") + "]" }
}
