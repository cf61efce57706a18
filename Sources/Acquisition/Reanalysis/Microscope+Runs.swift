package import ControlAPI
internal import Digest
internal import Logging
internal import SlideStore

/// Lenses that clients bring, and reanalyses, as clients see them.
extension Microscope {
    package func offerLens(manifest: [UInt8], by peer: Peer) async throws(Problem) -> LensOffer {
        let lenses = lenses
        let offer = try await storeThread.run {
            Result { () throws(Problem) in try lenses.offer(manifest, by: peer.owner) }
        }.get()
        logger.notice("lens offered", metadata: ["digest": "\(offer.digest)", "peer": "\(peer)"])
        return offer
    }

    package func storeLensFile(
        digest: String, name: String, bytes: [UInt8], by peer: Peer
    ) async throws(Problem) -> LensOffer {
        let lenses = lenses
        return try await storeThread.run {
            Result { () throws(Problem) in try lenses.store(bytes, digest: digest, name: name, by: peer.owner) }
        }.get()
    }

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
