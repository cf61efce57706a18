package import ControlAPI

/// Reanalyses, as clients see them.
extension Microscope {
    package func reanalyse(_ request: ReanalysisRequest, by peer: Peer) async throws(Problem) -> ReanalysisJob {
        try await reanalyses.begin(request, by: peer)
    }

    package func reanalysis(_ id: String, after revision: Int?, timeout: Duration) async throws(Problem)
        -> ReanalysisJob
    {
        try await reanalyses.job(id, after: revision, timeout: timeout)
    }

    package func stopReanalysis(_ id: String, by peer: Peer) async throws(Problem) -> ReanalysisJob {
        try await reanalyses.stop(id, by: peer)
    }
}
