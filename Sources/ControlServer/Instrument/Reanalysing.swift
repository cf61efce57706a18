package import ControlAPI

/// Lenses that clients bring, and runs beside the one that counts.
package protocol Reanalysing: Sendable {
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
}
