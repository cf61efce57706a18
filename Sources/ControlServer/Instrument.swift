package import ControlAPI

/// What the control server serves. The daemon gives its acquisition this shape; tests give a stand-in.
///
/// Names and numbers arrive as the client sent them: the instrument decides what a slide may be called and how many
/// captures are too many, and throws a `Problem` of the fitting kind. Requests that say of themselves what is wrong with
/// them (`fault`) arrive without fault. `peer` is for the log of changes.
package protocol Instrument: Sendable {
    func status() async throws(Problem) -> ServiceStatus

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

    /// Queues the captures and returns at once.
    func startCaptures(_ request: CaptureRequest, by peer: Peer) async throws(Problem) -> CaptureJob
    /// Returns when the job's revision is above `revision`, when the job has ended, or after `timeout`, whichever comes
    /// first; at once without a revision. A cancelled task returns early.
    func job(_ id: String, after revision: Int?, timeout: Duration) async throws(Problem) -> CaptureJob
    /// Jobs that are not at their end, oldest first.
    func openJobs() async throws(Problem) -> [CaptureJob]
    /// Ends a job within two seconds; what it has taken is kept.
    func stopJob(_ id: String, by peer: Peer) async throws(Problem) -> CaptureJob

    /// Nothing of the field counts from now on.
    func exclude(capture id: Int64, _ request: ExclusionRequest, by peer: Peer) async throws(Problem) -> CaptureReport
    func include(capture id: Int64, by peer: Peer) async throws(Problem) -> CaptureReport

    /// What counts; rejected objects and doubles too where asked for.
    func grains(ofCapture id: Int64, includingRejected: Bool) async throws(Problem) -> GrainList
    /// The PNG file's bytes.
    func image(ofCapture id: Int64, kind: ImageKind) async throws(Problem) -> [UInt8]
    /// The input and what the lens made of it as one OME-TIFF file.
    func omeTIFF(ofCapture id: Int64) async throws(Problem) -> [UInt8]

    /// With its reviews.
    func grain(_ id: Int64) async throws(Problem) -> GrainReport
    /// The grain and its surroundings as a PNG file's bytes.
    func crop(ofGrain id: Int64) async throws(Problem) -> [UInt8]
    /// The least certain grains that nobody has looked at.
    ///
    /// - Parameters:
    ///   - species: a key or `unidentified`; all where nil.
    ///   - limit: within `ReviewList.limits`.
    func nextForReview(ofSlide name: String, species: String?, limit: Int) async throws(Problem) -> ReviewList
    func review(_ request: ReviewRequest, by peer: Peer) async throws(Problem) -> ReviewResult
    /// Oldest first.
    func reviews(ofSlide name: String) async throws(Problem) -> [ReviewReport]

    /// Takes note of a lens that a client has.
    ///
    /// - Parameter manifest: `lens.json`, byte for byte.
    func offerLens(manifest: [UInt8], by peer: Peer) async throws(Problem) -> LensOffer
    /// Takes one file that the manifest names.
    ///
    /// - Parameters:
    ///   - digest: of a manifest that was offered.
    ///   - name: as the client sent it.
    func storeLensFile(
        digest: String, name: String, bytes: [UInt8], by peer: Peer
    ) async throws(Problem) -> LensOffer
    /// Queues the reanalysis and returns at once.
    func reanalyse(_ request: ReanalysisRequest, by peer: Peer) async throws(Problem) -> ReanalysisJob
    /// Waits as `job` does.
    func reanalysis(_ id: String, after revision: Int?, timeout: Duration) async throws(Problem) -> ReanalysisJob
    /// Its run can be gone on with later.
    func stopReanalysis(_ id: String, by peer: Peer) async throws(Problem) -> ReanalysisJob
    /// Oldest first.
    func runs(ofSlide name: String) async throws(Problem) -> [RunReport]
    func difference(ofSlide name: String, run: Int64, to other: Int64) async throws(Problem) -> RunDifference

    func cameraReport() async throws(Problem) -> CameraReport
    func cameraModes() async throws(Problem) -> [CameraModeReport]
    /// Sets the mode for now and for later, until another is set; the camera as it then is.
    func setCameraMode(_ choice: CameraModeChoice, by peer: Peer) async throws(Problem) -> CameraReport
    func cameraControls() async throws(Problem) -> [CameraControlReport]
    /// The control as it reads back.
    func setControl(_ name: String, to value: Int64, by peer: Peer) async throws(Problem) -> CameraControlReport
    /// Oldest first.
    func calibrations() async throws(Problem) -> [CalibrationReport]
    /// Records a calibration and puts its objective in use.
    func calibrate(_ request: CalibrationRequest, by peer: Peer) async throws(Problem) -> CalibrationReport
    /// From here on captures get the scale of the objective's last calibration.
    func use(objective: String, by peer: Peer) async throws(Problem) -> CalibrationReport

    func liveState() async throws(Problem) -> LiveState
    func setLiveOptions(_ options: LiveOptions, by peer: Peer) async throws(Problem) -> LiveState
    /// The newest picture of a view once it is newer than the one asked after; nil after ten seconds without one.
    func livePicture(_ request: LivePicture.Request, by peer: Peer) async throws(Problem) -> LivePicture?

    /// Holds the database as it is now, for a copy; the one that is held already, where there is one.
    func snapshot(by peer: Peer) async throws(Problem) -> SnapshotReport
    /// One piece of its bytes.
    func block(_ number: Int, ofSnapshot id: String) async throws(Problem) -> [UInt8]
    func hashes(from: Int, count: Int, ofSnapshot id: String) async throws(Problem) -> BlockHashes
    func endSnapshot(_ id: String, by peer: Peer) async throws(Problem)
    /// Begins a look at everything in the database and returns at once.
    func checkStore(_ request: StoreCheckRequest, by peer: Peer) async throws(Problem) -> StoreCheckJob
    /// Waits as `job` does.
    func storeCheck(_ id: String, after revision: Int?, timeout: Duration) async throws(Problem) -> StoreCheckJob

    /// This run of the daemon.
    var greeting: EventGreeting { get async }
    /// Where a client that has seen the event `RUN-NUMBER` begins, and whether it has missed what cannot be told any more;
    /// without an id it begins now.
    func followEvents(after id: String?) async -> (cursor: EventBatch.Cursor, hasGap: Bool)
    /// Waits for something new, up to `timeout`. A cancelled task returns early.
    func events(after cursor: EventBatch.Cursor, timeout: Duration) async -> EventBatch
    /// The newest, newest last.
    func logLines(limit: Int) async -> [LogLine]

    /// Oldest first.
    func plans() async throws(Problem) -> [CapturePlan]
    func plan(_ id: Int64) async throws(Problem) -> CapturePlan
    func createPlan(_ request: CapturePlanRequest, by peer: Peer) async throws(Problem) -> CapturePlan
    func change(plan id: Int64, _ action: PlanAction, by peer: Peer) async throws(Problem) -> CapturePlan
}
