package import ControlAPI

/// What the control server serves. The daemon gives its acquisition this shape; tests give a stand-in.
///
/// Names and numbers arrive as the client sent them: the instrument decides what a slide may be called and how many
/// captures are too many, and throws a `Problem` of the fitting kind. `peer` is for the log of changes.
package protocol Instrument: Sendable {
    func status() async throws(Problem) -> ServiceStatus

    func createSlide(_ creation: SlideCreation, by peer: Peer) async throws(Problem) -> SlideSummary
    /// In order of creation.
    func slides() async throws(Problem) -> [SlideSummary]
    func slide(_ name: String) async throws(Problem) -> SlideSummary
    /// In order of capture.
    func captures(ofSlide name: String) async throws(Problem) -> [CaptureReport]
    func counts(ofSlide name: String) async throws(Problem) -> SlideCounts

    /// Queues the captures and returns at once.
    func startCaptures(_ request: CaptureRequest, by peer: Peer) async throws(Problem) -> CaptureJob
    /// Returns when the job's revision is above `revision`, when the job has ended, or after `timeout`, whichever comes
    /// first; at once without a revision. A cancelled task returns early.
    func job(_ id: String, after revision: Int?, timeout: Duration) async throws(Problem) -> CaptureJob

    func grains(ofCapture id: Int64) async throws(Problem) -> GrainList
    /// The PNG file's bytes.
    func image(ofCapture id: Int64, kind: ImageKind) async throws(Problem) -> [UInt8]

    func cameraReport() async throws(Problem) -> CameraReport
    func cameraModes() async throws(Problem) -> [CameraModeReport]
    func cameraControls() async throws(Problem) -> [CameraControlReport]
    /// The control as it reads back.
    func setControl(_ name: String, to value: Int64, by peer: Peer) async throws(Problem) -> CameraControlReport
}
