package import ControlAPI

/// Lenses that are taught from the labels of chosen slides.
package protocol LensTeaching: Sendable {
    /// Begins at once; one is taught at a time.
    func teach(_ request: TeachingRequest, by peer: Peer) async throws(Problem) -> TeachingJob
    /// Oldest first, without curves.
    func teachings() async throws(Problem) -> [TeachingJob]
    /// Waits as `job` does.
    func teaching(_ id: String, after revision: Int?, timeout: Duration) async throws(Problem) -> TeachingJob
    /// It can be gone on with later.
    func stopTeaching(_ id: String, by peer: Peer) async throws(Problem) -> TeachingJob
    /// Goes on with one that was stopped or failed, to the weights that it would have come to.
    func resumeTeaching(_ id: String, by peer: Peer) async throws(Problem) -> TeachingJob
    /// With its folder; the lens stays. As it was.
    func deleteTeaching(_ id: String, by peer: Peer) async throws(Problem) -> TeachingJob
}
