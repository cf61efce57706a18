package import ControlAPI

/// Single grains and pictures of fields, and a person's word on them.
package protocol Reviewing: Sendable {
    /// What counts; rejected objects and doubles too where asked for.
    func grains(ofCapture id: Int64, includingRejected: Bool) async throws(Problem) -> GrainList
    /// The PNG file's bytes.
    func image(ofCapture id: Int64, kind: ImageKind) async throws(Problem) -> [UInt8]
    /// The input and what the lens made of it as one OME-TIFF file.
    func export(capture id: Int64, as format: CaptureFormat) async throws(Problem) -> [UInt8]

    /// With its reviews.
    func grain(_ id: Int64) async throws(Problem) -> GrainReport
    /// The grain and its surroundings as a PNG file's bytes.
    func crop(ofGrain id: Int64) async throws(Problem) -> [UInt8]
    /// The same without its outline, and with a scale bar where the scale is known.
    func vignette(ofGrain id: Int64) async throws(Problem) -> [UInt8]
    /// The least certain grains that nobody has looked at.
    ///
    /// - Parameters:
    ///   - species: a key or `unidentified`; all where nil.
    ///   - limit: within `ReviewList.limits`.
    func nextForReview(ofSlide name: String, species: String?, limit: Int) async throws(Problem) -> ReviewList
    /// Grains that nobody identified, by likeness: made beside other work, and waited for so long.
    /// - Parameter threshold: within `GrainGroups.thresholds`; the usual one where nil.
    func grainGroups(ofSlide name: String, threshold: Double?, timeout: Duration) async throws(Problem) -> GrainGroups
    func review(_ request: ReviewRequest, by peer: Peer) async throws(Problem) -> ReviewResult
    /// How far the fields of a slide are labelled.
    func labels(ofSlide name: String) async throws(Problem) -> SlideLabels
    /// A person says that the field is labelled to its end; its grains as they are then.
    func finish(capture id: Int64, _ request: FinishRequest, by peer: Peer) async throws(Problem) -> GrainList
    func reopen(capture id: Int64, _ request: FinishRequest, by peer: Peer) async throws(Problem) -> GrainList
    /// What a grain may be called: the species of the lens in use, then those that people added.
    var knownSpecies: [SpeciesReport] { get async }
    func addSpecies(_ request: SpeciesRequest, by peer: Peer) async throws(Problem) -> SpeciesReport
    /// Oldest first.
    func reviews(ofSlide name: String) async throws(Problem) -> [ReviewReport]
}
