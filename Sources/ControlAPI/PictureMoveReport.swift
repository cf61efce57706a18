/// Pictures that an earlier version kept in the catalogue and that go to files of their own, a slide each.
package struct PictureMoveReport: Codable, Sendable, Equatable {
    /// Pictures that are still in the catalogue.
    package var left: Int
    package var leftBytes: Int64
    /// Pictures that are moved, of those that were to be at the daemon's start.
    package var done: Int
    /// Why it does not go on; null while it does.
    @Nullable package var problem: Problem?

    package init(left: Int, leftBytes: Int64, done: Int, problem: Problem? = nil) {
        self.left = left
        self.leftBytes = leftBytes
        self.done = done
        self.problem = problem
    }
}
