/// Anything that gives frames: a V4L2 device, a folder of pictures, the simulated microscope.
package protocol FrameSource: Sendable {
    /// Stored with every frame: "v4l2:/dev/video0 (uvcvideo, USB camera)", "folder:/path", "simulated:7".
    var name: String { get }
    /// Scale of the frames in the object plane, where the source itself knows it.
    var nmPerPixel: Double? { get }
    func state() async -> CameraState
    /// A frame whose exposure began after this call.
    func triggeredFrame() async throws(CameraError) -> Frame
    /// Another frame of the field of the last trigger, whose exposure began after this call: for focal series. A camera sees
    /// what lies under it, as ever.
    func furtherFrame() async throws(CameraError) -> Frame
    /// A motor has put the focal plane there, in µm: the simulated microscope's picture follows, cameras need not be told.
    func focalPlane(movedTo heightMicrometres: Double) async
    /// The newest frame, for preview; it may have been exposed earlier.
    func newestFrame() async throws(CameraError) -> Frame
    /// The newest frame for a live view once it is another than the one shown last: returns at once where it is, else
    /// with the next. Frames in between are passed over, never queued; nothing is taken from captures.
    /// - Parameter sequence: of the frame shown last; nil for any.
    func liveFrame(after sequence: UInt32?) async throws(CameraError) -> Frame
    /// What was negotiated; nil while there is no camera.
    func mode() async -> CameraMode?
    func modes() async throws(CameraError) -> [CameraMode]
    /// Whether a mode can be set, and with it the size of frames may change.
    var hasSettableMode: Bool { get }
    /// Sets one of `modes()`, at any rate that the source offers for it where one is named; nil leaves the choice to the
    /// source again. Whoever waits for a frame waits on. Where it fails, the mode is as it was.
    func setMode(_ mode: CameraMode?) async throws(CameraError)
    /// What was set; nil where the source chooses.
    func chosenMode() async -> CameraMode?
    /// What the source takes where nothing is set; nil while that is not known.
    func automaticMode() async -> CameraMode?
    func controls() async throws(CameraError) -> [CameraControl]
    /// Sets a control by name.
    /// - Returns: the control as the driver tells it afterwards.
    func setControl(_ name: String, to value: Int64) async throws(CameraError) -> CameraControl
    /// What whoever looks at the source should know beside its state, a sentence each.
    func remarks() async -> [String]
    /// Gives the device back; later calls fail with `.closed`.
    func close() async
}

extension FrameSource {
    package var nmPerPixel: Double? { nil }

    package func remarks() async -> [String] { [] }

    package func focalPlane(movedTo heightMicrometres: Double) async {}

    package func furtherFrame() async throws(CameraError) -> Frame { try await triggeredFrame() }

    package var hasSettableMode: Bool { false }

    package func setMode(_ mode: CameraMode?) async throws(CameraError) {
        throw CameraError(
            .modeNotOffered, operation: "set mode", "\(name) has no modes to choose from",
            hint: "modes belong to cameras; start the daemon with one")
    }

    package func chosenMode() async -> CameraMode? { nil }

    package func automaticMode() async -> CameraMode? { await mode() }

    /// For sources whose picture changes seldom: looks again ten times a second.
    package func liveFrame(after sequence: UInt32?) async throws(CameraError) -> Frame {
        while true {
            let frame = try await newestFrame()
            if frame.sequence != sequence { return frame }
            do {
                try await Task.sleep(for: .milliseconds(100))
            } catch {
                throw .closed(name)
            }
        }
    }
}
