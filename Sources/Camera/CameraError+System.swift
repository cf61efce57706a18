internal import Glibc
internal import SystemCalls

extension CameraError {
    /// Of a machine that is short of something. EIO is not among them: a bad sector stays bad, and a folder's next picture
    /// is taken.
    static let passing: Set<Int32> = [EMFILE, ENFILE, ENOMEM, ENOBUFS, EAGAIN, EINTR]

    /// A system call on a device failed in a way that has no better code.
    init(_ code: Code, operation: String, device: String, failure: Errno) {
        switch failure.code {
        case EBUSY: self = .busy(device, operation: operation)
        case ENODEV, ENXIO: self = .disconnected(device, operation: operation, errno: failure.code)
        default:
            self.init(
                code, operation: operation, errno: failure.code, "\(operation) failed on \(device): \(failure)",
                hint: "unplug the camera and plug it in again; the kernel's log (journalctl -k) may say more")
        }
    }

    init(opening path: String, failure: Errno) {
        switch failure.code {
        case EACCES, EPERM:
            self.init(
                .permissionDenied, operation: "open", errno: failure.code, "\(path) may not be opened",
                hint: "add the user to the group video: usermod -aG video USER")
        case ENOENT, ENOTDIR, ENODEV, ENXIO:
            self.init(
                .notFound, operation: "open", errno: failure.code, "there is no camera at \(path)",
                hint: "plug it in, or name another device; the daemon keeps looking")
        default: self.init(.system, operation: "open", device: path, failure: failure)
        }
    }

    static func busy(_ device: String, operation: String) -> CameraError {
        CameraError(
            .busy, operation: operation, errno: EBUSY, "another program has the camera \(device)",
            hint: "close it; fuser -v \(device) names it")
    }

    static func disconnected(_ device: String, operation: String, errno: Int32? = nil) -> CameraError {
        CameraError(
            .disconnected, operation: operation, errno: errno, "the camera \(device) went away",
            hint: "plug it in again; it is taken up by itself")
    }

    /// A stream that ended with an error of the driver's.
    static func broken(_ device: String, operation: String, failure: Errno) -> CameraError {
        if failure.code == ENODEV { return .disconnected(device, operation: operation, errno: ENODEV) }
        return CameraError(
            .disconnected, operation: operation, errno: failure.code,
            "the stream of the camera \(device) broke off: \(failure)",
            hint: "it is started again by itself; if this repeats, use a shorter cable or another USB port")
    }

    /// The device is there and its stream ended.
    var isOfStreamAlone: Bool { code == .disconnected && errno != nil && errno != ENODEV }

    static func noSignal(_ device: String, after timeout: Duration) -> CameraError {
        CameraError(
            .noSignal, operation: "poll", "no frame came from \(device) for \(timeout.inSeconds) s",
            hint: "check the cable and the light, and unplug the camera and plug it in again")
    }

    /// Frames came, and none was shown to be exposed after the trigger.
    static func stale(_ device: String, after timeout: Duration) -> CameraError {
        CameraError(
            .noSignal, operation: "VIDIOC_DQBUF",
            "frames come from \(device), and for \(timeout.inSeconds) s none was shown to be exposed after the trigger",
            hint: "choose a higher frame rate; neurallens-lab camera-probe shows the camera's time stamps")
    }

    static func truncated(_ device: String, _ reason: String) -> CameraError {
        CameraError(
            .truncatedFrame, operation: "VIDIOC_DQBUF", "only damaged frames came from \(device): \(reason)",
            hint: "use a shorter cable or another USB port, or a smaller or uncompressed format")
    }

    package static func closed(_ source: String) -> CameraError {
        CameraError(.closed, operation: "capture", "\(source) is closed", hint: "open it again")
    }
}

extension Duration {
    var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }

    /// Rounded to tenths.
    fileprivate var inSeconds: Double { (Double(nanoseconds) / 1e8).rounded() / 10 }
}
