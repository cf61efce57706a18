package import ControlAPI

/// Runs beside the one that counts.
package protocol Reanalysing: Sendable {
    /// Queues the reanalysis and returns at once.
    func reanalyse(_ request: ReanalysisRequest, by peer: Peer) async throws(Problem) -> ReanalysisJob
    /// Waits as `job` does.
    func reanalysis(_ id: String, after revision: Int?, timeout: Duration) async throws(Problem) -> ReanalysisJob
    /// Its run can be gone on with later.
    func stopReanalysis(_ id: String, by peer: Peer) async throws(Problem) -> ReanalysisJob
    /// Oldest first.
    func runs(ofSlide name: String) async throws(Problem) -> [RunReport]
    func difference(ofSlide name: String, run: Int64, to other: Int64) async throws(Problem) -> RunDifference
}
