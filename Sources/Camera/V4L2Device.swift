internal import CV4L2
internal import Glibc
internal import Quantities
internal import SystemCalls

/// An open V4L2 capture device: one descriptor, closed at deinitialisation. The calls, no policy.
///
/// Not for several threads at once.
final class V4L2Device {
    let descriptor: Int32
    let identity: CameraDevice
    /// V4L2_BUF_TYPE_VIDEO_CAPTURE, or V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE of a device that has no other.
    let bufferType: UInt32

    init(path: String, stablePaths: [String: String]) throws(CameraError) {
        let descriptor: Int32
        do {
            descriptor = try systemCall { open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC) }
        } catch {
            throw CameraError(opening: path, failure: error)
        }
        do throws(CameraError) {
            (identity, bufferType) = try Self.identify(descriptor, path, stablePaths)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// An ioctl(2) with its argument in and out.
    func control<Argument>(_ request: UInt, _ argument: inout Argument) throws(Errno) {
        try systemCall { withUnsafeMutablePointer(to: &argument) { cv4l2_ioctl(descriptor, request, $0) } }
    }

    /// VIDIOC_S_FMT or VIDIOC_TRY_FMT.
    func format(_ request: UInt, _ format: inout cv4l2_format) throws(Errno) {
        try systemCall { cv4l2_format(descriptor, request, bufferType, &format) }
    }

    /// VIDIOC_QUERYBUF, VIDIOC_QBUF or VIDIOC_DQBUF.
    /// - Returns: where in the buffer the picture begins.
    @discardableResult
    func buffer(_ request: UInt, _ buffer: inout v4l2_buffer) throws(Errno) -> Int {
        var offset: UInt32 = 0
        try systemCall { cv4l2_buffer(descriptor, request, &buffer, &offset) }
        return Int(offset)
    }

    private static func identify(
        _ descriptor: Int32, _ path: String, _ stablePaths: [String: String]
    ) throws(CameraError) -> (CameraDevice, bufferType: UInt32) {
        var capability = v4l2_capability()
        do {
            try systemCall { cv4l2_ioctl(descriptor, CV4L2_QUERYCAP, &capability) }
        } catch {
            throw error.code == ENOTTY || error.code == EINVAL
                ? CameraError(
                    .notFound, operation: "VIDIOC_QUERYCAP", errno: error.code, "\(path) is not a V4L2 device",
                    hint: "cameras are /dev/video0 and so on")
                : CameraError(.system, operation: "VIDIOC_QUERYCAP", device: path, failure: error)
        }
        let identity = CameraDevice(
            path: path, stablePath: stablePaths[CameraDevice.realPath(path) ?? path],
            driver: String(field: capability.driver), card: String(field: capability.card),
            bus: String(field: capability.bus_info))
        // `device_caps` are this node's, `capabilities` those of all nodes of the device.
        let isPerNode = capability.capabilities & UInt32(V4L2_CAP_DEVICE_CAPS) != 0
        let capabilities = isPerNode ? capability.device_caps : capability.capabilities
        func can(_ what: Int32) -> Bool { capabilities & UInt32(what) != 0 }
        guard can(V4L2_CAP_VIDEO_CAPTURE) || can(V4L2_CAP_VIDEO_CAPTURE_MPLANE), can(V4L2_CAP_STREAMING) else {
            throw CameraError(
                .notFound, operation: "VIDIOC_QUERYCAP",
                "\(path) (\(identity.driver), \(identity.card)) does not capture pictures now",
                hint: "a camera often has a second device for metadata: try the other /dev/video numbers")
        }
        return (
            identity,
            can(V4L2_CAP_VIDEO_CAPTURE)
                ? V4L2_BUF_TYPE_VIDEO_CAPTURE.rawValue : V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE.rawValue
        )
    }
}
