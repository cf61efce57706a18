import ControlAPI

/// Work of the daemon that a client waits for.
protocol FollowedJob {
    var id: String { get }
    /// Grows with every change.
    var revision: Int { get }
    /// Nothing more will change.
    var isFinal: Bool { get }
}

extension CaptureJob: FollowedJob {
    var isFinal: Bool { state.isFinal }
}

extension SlideTransferJob: FollowedJob {
    var isFinal: Bool { state.isFinal }
}

extension ReanalysisJob: FollowedJob {
    var isFinal: Bool { state.isFinal }
}
