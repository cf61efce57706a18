/// The source of frames and its state: `GET /v1/camera`.
package struct CameraReport: Codable, Sendable, Equatable {
    package enum State: String, Codable, Sendable { case streaming, idle, unavailable }

    /// As stored with every capture: `v4l2:/dev/video0 (uvcvideo, USB camera)`, `folder:/path`, `simulated:7`.
    package var source: String
    package var state: State
    /// Why the camera is unavailable.
    @Nullable package var reason: String?
    /// What was negotiated with the camera; unknown while there is none.
    @Nullable package var mode: CameraModeReport?
    /// What was set; nil where the program chooses the mode.
    @Nullable package var modeChosen: CameraModeReport?
    /// Scale of the camera's own pixels in the object plane.
    @Nullable package var nmPerPixel: Double?

    /// The objective in use, where one was calibrated and chosen.
    @Nullable package var objective: String?

    /// What else to know of the source, a sentence each: files in a folder that no capture takes, a mode
    /// that the camera no longer offers, a scale that does not hold for the size of its frames.
    package var remarks: [String]

    package init(
        source: String, state: State, reason: String? = nil, mode: CameraModeReport? = nil,
        modeChosen: CameraModeReport? = nil, nmPerPixel: Double? = nil, objective: String? = nil, remarks: [String] = []
    ) {
        self.source = source
        self.state = state
        self.reason = reason
        self.mode = mode
        self.modeChosen = modeChosen
        self.nmPerPixel = nmPerPixel
        self.objective = objective
        self.remarks = remarks
    }
}
