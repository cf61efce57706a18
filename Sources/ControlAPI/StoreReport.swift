/// How much the database holds.
package struct StoreReport: Codable, Sendable, Equatable {
    package var slides: Int
    package var captures: Int
    /// Size of the catalogue and of the slides' files, with their write-ahead logs.
    package var bytes: Int64
    /// Why nothing is stored any more; null while all is well.
    @Nullable package var problem: Problem?
    /// Room on its disk; null where it is not known.
    @Nullable package var freeBytes: Int64?
    /// Captures that fit, by the size of the latest ones; null before there are any.
    @Nullable package var capturesLeft: Int?
    /// Whether little room is left: a gibibyte, or a thousand captures.
    package var isNearlyFull: Bool
    /// Null where nothing is to be moved.
    @Nullable package var move: PictureMoveReport?

    package init(
        slides: Int, captures: Int, bytes: Int64, problem: Problem? = nil, freeBytes: Int64? = nil,
        capturesLeft: Int? = nil, isNearlyFull: Bool = false, move: PictureMoveReport? = nil
    ) {
        self.slides = slides
        self.captures = captures
        self.bytes = bytes
        self.problem = problem
        self.freeBytes = freeBytes
        self.capturesLeft = capturesLeft
        self.isNearlyFull = isNearlyFull
        self.move = move
    }
}
