/// `GET /v1/slides/NAME/review`: the grains to look at next.
package struct ReviewList: Codable, Sendable, Equatable {
    /// Grains that one answer holds at most.
    package static let limits = 1...1000

    package var slide: String
    /// Least certain first; none of them confirmed, rejected or a double.
    package var grains: [GrainReport]
    /// Grains still to look at, these included.
    package var remaining: Int

    package init(slide: String, grains: [GrainReport], remaining: Int) {
        self.slide = slide
        self.grains = grains
        self.remaining = remaining
    }
}
