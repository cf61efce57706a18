package import Logging
internal import Synchronization

/// A V4L2 camera. It streams all the time, so that exposure is settled and a frame is never far.
///
/// The device may be absent, now or later: it is looked for in the background, found again under another number,
/// and set as it was. Work and waiting happen on a thread of its own.
package actor V4L2Source: FrameSource {
    enum Link {
        case absent(CameraError, retryAt: MonotonicInstant, delay: Int64)
        case streaming(CaptureSession)
        case closed
    }

    /// A caller that waits for a frame.
    struct Waiter {
        /// nil takes any good frame.
        var trigger: Trigger?
        /// Good frames passed over.
        var discarded = 0
        /// Why the latest damaged frame was.
        var damage: String?
        let startedAt: MonotonicInstant
        let continuation: CheckedContinuation<Result<Frame, CameraError>, Never>
    }

    nonisolated let path: String
    let configuration: CameraConfiguration
    let logger: Logger
    private nonisolated let thread: DeviceThread
    private nonisolated let label: Mutex<String>

    var link: Link
    var ledger = CaptureLedger()
    var waiters: [Waiter] = []
    /// The reason of the last loss, until a frame comes again.
    var lossReason: String?
    /// Which camera this is, from the first time it was open.
    var identity: CameraDevice?
    /// What was negotiated, to ask for again.
    var settledMode: CameraMode?
    /// What was set; nil leaves the choice to `configuration`.
    var chosen: CameraMode?
    /// What `configuration` comes to with the camera that was open last.
    var automatic: CameraMode?
    /// Why the camera does not run as it was set to; one sentence.
    var modeRemark: String?
    /// The remark that was logged last.
    var toldRemark: String?
    /// Control values before the last loss, to set again.
    var lastValues: [String: Int64] = [:]
    /// Control values that were asked for, which must hold again.
    var requestedValues: [String: Int64] = [:]
    /// Devices that were there beside the camera when it came and when it was lost: never taken for it.
    var others: Set<CameraDevice> = []

    /// Starts to look for the device; that it is not there is a state, not an error.
    /// - Parameters:
    ///   - path: "/dev/video0", or a path under /dev/v4l, which stays with the camera or the plug.
    ///   - chosen: as was set before; a camera that does not offer it runs as `configuration` says, with a remark.
    /// - Throws: `.system` when no thread or descriptor can be had.
    package init(
        path: String, configuration: CameraConfiguration = CameraConfiguration(), chosen: CameraMode? = nil,
        logger: Logger = Logger(label: "camera")
    ) throws(CameraError) {
        self.path = path
        self.chosen = chosen
        self.configuration = configuration
        self.logger = logger
        thread = try DeviceThread()
        label = Mutex("v4l2:\(path)")
        let unopened = CameraError(.notFound, operation: "open", "\(path) is not open yet", hint: "wait a moment")
        link = .absent(unopened, retryAt: .now, delay: Self.firstDelay)
        thread.attend { [weak self] in self?.assumeIsolated { $0.turn() } ?? DeviceThread.Wait() }
    }

    deinit { thread.finish() }

    package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    package nonisolated var name: String { label.withLock(\.self) }

    package func state() -> CameraState {
        do throws(CameraError) {
            let session = try connected()
            if session.lastArrival == nil, let lossReason { return .unavailable(reason: lossReason) }
            if MonotonicInstant.now.nanoseconds - session.silentSince.nanoseconds > signalTimeout {
                return .unavailable(reason: noSignal(from: session).description)
            }
            return .streaming
        } catch {
            return .unavailable(reason: error.description)
        }
    }

    package func triggeredFrame() async throws(CameraError) -> Frame {
        let requestedAt = MonotonicInstant.now
        let full = drain(try connected())
        return try await frame(Trigger(requestedAt: requestedAt), startedAt: requestedAt, discarded: full)
    }

    package func newestFrame() async throws(CameraError) -> Frame {
        let session = try connected()
        drain(session)
        let now = MonotonicInstant.now
        if now.nanoseconds - session.silentSince.nanoseconds < signalTimeout, let frame = heldFrame(session) {
            return frame
        }
        return try await frame(nil, startedAt: now, discarded: 0)
    }

    package func liveFrame(after sequence: UInt32?) async throws(CameraError) -> Frame {
        let session = try connected()
        drain(session)
        let now = MonotonicInstant.now
        if now.nanoseconds - session.silentSince.nanoseconds < signalTimeout, let held = session.held,
            held.stamp.sequence != sequence, let frame = heldFrame(session)
        {
            return frame
        }
        return try await frame(nil, startedAt: now, discarded: 0)
    }

    package func controls() throws(CameraError) -> [CameraControl] {
        let session = try connected()
        session.readControls()
        return session.controls.map(\.control)
    }

    package func setControl(_ name: String, to value: Int64) throws(CameraError) -> CameraControl {
        let session = try connected()
        let control = try session.device.set(name, to: value)
        if control.kind != .button { requestedValues[control.name] = control.value }
        session.readControls()
        noteControls(session)
        return control
    }

    package func close() {
        let error = CameraError.closed(name)
        link = .closed
        failWaiters(error)
    }

    func rename(_ device: CameraDevice) {
        label.withLock { $0 = "v4l2:\(device.path) (\(device.driver), \(device.card))" }
    }

    private func frame(
        _ trigger: Trigger?, startedAt: MonotonicInstant, discarded: Int
    ) async throws(CameraError) -> Frame {
        // The stream may have been lost while full buffers were taken out.
        _ = try connected()
        return try await withCheckedContinuation { continuation in
            waiters.append(
                Waiter(trigger: trigger, discarded: discarded, startedAt: startedAt, continuation: continuation))
        }.get()
    }
}
