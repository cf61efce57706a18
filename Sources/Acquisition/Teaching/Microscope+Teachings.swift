package import ControlAPI

/// Lenses taught from labels, as clients see them.
extension Microscope {
    package func teach(_ request: TeachingRequest, by peer: Peer) async throws(Problem) -> TeachingJob {
        try await teachings.begin(request, by: peer)
    }

    package func teachings() async throws(Problem) -> [TeachingJob] { await teachings.list() }

    package func teaching(_ id: String, after revision: Int?, timeout: Duration) async throws(Problem) -> TeachingJob {
        try await teachings.job(id, after: revision, timeout: timeout)
    }

    package func stopTeaching(_ id: String, by peer: Peer) async throws(Problem) -> TeachingJob {
        try await teachings.stop(id, by: peer)
    }

    package func resumeTeaching(_ id: String, by peer: Peer) async throws(Problem) -> TeachingJob {
        try await teachings.resume(id, by: peer)
    }

    package func deleteTeaching(_ id: String, by peer: Peer) async throws(Problem) -> TeachingJob {
        try await teachings.delete(id, by: peer)
    }
}
