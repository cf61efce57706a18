/// Work of the daemon that a client waits for.
package protocol FollowedJob: Sendable {
    var id: String { get }
    /// Grows with every change.
    var revision: Int { get }
    /// Nothing more will change.
    var isFinal: Bool { get }
}

extension CaptureJob: FollowedJob {
    package var isFinal: Bool { state.isFinal }
}

extension ReanalysisJob: FollowedJob {
    package var isFinal: Bool { state.isFinal }
}

extension TeachingJob: FollowedJob {
    package var isFinal: Bool { state.isFinal }
}

extension SlideTransferJob: FollowedJob {
    package var isFinal: Bool { state.isFinal }
}

extension StoreCheckJob: FollowedJob {
    package var isFinal: Bool { state.isFinal }
}
