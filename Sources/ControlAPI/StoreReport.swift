/// How much the database holds.
package struct StoreReport: Codable, Sendable, Equatable {
    package var slides: Int
    package var captures: Int
    /// Size of the database with its write-ahead log.
    package var bytes: Int64
    /// Why nothing is stored any more; null while all is well.
    @Nullable package var problem: Problem?

    package init(slides: Int, captures: Int, bytes: Int64, problem: Problem? = nil) {
        self.slides = slides
        self.captures = captures
        self.bytes = bytes
        self.problem = problem
    }
}
