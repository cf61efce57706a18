package import ControlAPI
internal import Logging

/// The live view, as clients see it.
extension Microscope {
    package func liveState() async throws(Problem) -> LiveState { await live.state() }

    package func setLiveOptions(_ options: LiveOptions, by peer: Peer) async throws(Problem) -> LiveState {
        let state = await live.setOptions(options)
        logger.info(
            "live options set",
            metadata: [
                "lens": "\(state.lensChoice.rawValue)", "region": "\(state.region.rawValue)", "peer": "\(peer)",
            ])
        return state
    }

    package func livePicture(_ request: LivePicture.Request, by peer: Peer) async throws(Problem) -> LivePicture? {
        try await live.picture(request, viewer: peer.description)
    }
}
