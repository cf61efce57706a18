package import ControlAPI

/// Captures, their jobs, and fields that a person leaves out.
package protocol Capturing: Sendable {
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
}
