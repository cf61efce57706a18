/// What a person said something of: the `review` event.
package struct ReviewNotice: Codable, Sendable, Equatable {
    package var slide: String
    package var capture: Int64
    /// None where it was said of the field as a whole.
    package var grains: [Int64]

    package init(slide: String, capture: Int64, grains: [Int64]) {
        self.slide = slide
        self.capture = capture
        self.grains = grains
    }
}
