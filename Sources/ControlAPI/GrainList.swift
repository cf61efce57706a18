/// `GET /v1/captures/ID/grains`.
package struct GrainList: Codable, Sendable, Equatable {
    package var capture: Int64
    package var slide: String
    @Nullable package var nmPerPixel: Double?
    package var grains: [GrainReport]
    /// What is doubtful about the field, a sentence each.
    package var doubts: [String]
    /// How often people said something of the field: what a request names that relies on the field being as it is here.
    package var revision: Int
    /// Who says that the field is labelled to its end; null where nobody does.
    @Nullable package var finished: FinishReport?

    package init(
        capture: Int64, slide: String, nmPerPixel: Double?, grains: [GrainReport], doubts: [String] = [],
        revision: Int = 0, finished: FinishReport? = nil
    ) {
        self.capture = capture
        self.slide = slide
        self.nmPerPixel = nmPerPixel
        self.grains = grains
        self.doubts = doubts
        self.revision = revision
        self.finished = finished
    }
}
