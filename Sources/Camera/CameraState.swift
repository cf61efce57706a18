package enum CameraState: Sendable, Equatable {
    /// Frames arrive.
    case streaming
    /// Ready; frames are made when asked for.
    case idle
    /// No camera now; it is looked for in the background.
    case unavailable(reason: String)
}
