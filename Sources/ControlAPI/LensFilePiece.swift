/// Where a piece of a lens's file lies, for files that are larger than one request: pieces are sent from the beginning on.
package struct LensFilePiece: Sendable, Equatable {
    /// The most bytes of a piece.
    package static let largest = 16 << 20

    /// Bytes before it.
    package var offset: Int64
    /// Bytes of the whole file.
    package var total: Int64

    package init(offset: Int64, total: Int64) {
        self.offset = offset
        self.total = total
    }
}
