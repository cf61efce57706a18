package import ControlAPI

/// The live view.
package protocol LiveViewing: Sendable {
    func liveState() async throws(Problem) -> LiveState
    func setLiveOptions(_ options: LiveOptions, by peer: Peer) async throws(Problem) -> LiveState
    /// The newest picture of a view once it is newer than the one asked after; nil after ten seconds without one.
    func livePicture(_ request: LivePicture.Request, by peer: Peer) async throws(Problem) -> LivePicture?
}
