/// Grains that a person said something of: the `review` event.
package struct ReviewNotice: Codable, Sendable, Equatable {
    package var slide: String
    package var grains: [Int64]

    package init(slide: String, grains: [Int64]) {
        self.slide = slide
        self.grains = grains
    }
}
