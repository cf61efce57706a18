package import ControlAPI

/// What clients read of slides, and what they make and change of them.
package protocol SlideReading: Sendable {
    func createSlide(_ creation: SlideCreation, by peer: Peer) async throws(Problem) -> SlideSummary
    /// In order of creation.
    func slides() async throws(Problem) -> [SlideSummary]
    func slide(_ name: String) async throws(Problem) -> SlideSummary
    func changeSlide(_ name: String, _ change: SlideChange, by peer: Peer) async throws(Problem) -> SlideSummary
    /// In order of capture.
    func captures(ofSlide name: String) async throws(Problem) -> [CaptureReport]
    /// - Parameter precision: half the 95 % interval over the density, above 0 and at most 1; how many more fields
    ///   each species needs for it is told too.
    func counts(ofSlide name: String, untilPrecision precision: Double?) async throws(Problem) -> SlideCounts
    /// Returns when the slide is surveyed as far as its fields are analysed, or after `timeout`, whichever comes first.
    func surveyed(slide name: String, timeout: Duration) async throws(Problem)
    func comparison(ofSlide name: String, with other: String) async throws(Problem) -> SlideComparison
    func placements(ofSlide name: String) async throws(Problem) -> SlidePlacements
    /// The mosaic as a PNG file's bytes.
    func map(ofSlide name: String) async throws(Problem) -> [UInt8]
    /// - Parameter capture: the one whose outlines are wanted, of `geoJSON`; the slide's only one where it is nil.
    func export(slide name: String, format: ExportFormat, capture: Int64?) async throws(Problem) -> [UInt8]
    /// The labels of finished fields, of one moment.
    func dataSet(_ request: DataSetRequest) async throws(Problem) -> DataSetReport
    /// A finished field and its labels side by side as a PNG file's bytes.
    /// - Parameter keys: of the species to tell apart.
    func pair(ofCapture id: Int64, species keys: [String]) async throws(Problem) -> [UInt8]
}
