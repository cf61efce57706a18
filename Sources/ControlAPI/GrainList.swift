/// `GET /v1/captures/ID/grains`.
package struct GrainList: Codable, Sendable, Equatable {
    package var capture: Int64
    package var slide: String
    @Nullable package var nmPerPixel: Double?
    package var grains: [GrainReport]
    /// What is doubtful about the field, a sentence each.
    package var doubts: [String]

    package init(capture: Int64, slide: String, nmPerPixel: Double?, grains: [GrainReport], doubts: [String] = []) {
        self.capture = capture
        self.slide = slide
        self.nmPerPixel = nmPerPixel
        self.grains = grains
        self.doubts = doubts
    }
}
