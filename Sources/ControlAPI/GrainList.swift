/// `GET /v1/captures/ID/grains`.
package struct GrainList: Codable, Sendable, Equatable {
    package var capture: Int64
    package var slide: String
    @Nullable package var nmPerPixel: Double?
    package var grains: [GrainReport]

    package init(capture: Int64, slide: String, nmPerPixel: Double?, grains: [GrainReport]) {
        self.capture = capture
        self.slide = slide
        self.nmPerPixel = nmPerPixel
        self.grains = grains
    }
}
