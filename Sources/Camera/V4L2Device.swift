internal import CV4L2
internal import Glibc
internal import Quantities

/// An open V4L2 capture device: one descriptor, closed at deinitialisation. The calls, no policy.
///
/// Not for several threads at once.
final class V4L2Device {
    let descriptor: Int32
    let identity: CameraDevice

    init(path: String, stablePaths: [String: String]) throws(CameraError) {
        let descriptor: Int32
        do {
            descriptor = try syscall { open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC) }
        } catch {
            throw CameraError(opening: path, failure: error)
        }
        do throws(CameraError) {
            identity = try Self.identify(descriptor, path, stablePaths)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// An ioctl(2) with its argument in and out.
    func control<Argument>(_ request: UInt, _ argument: inout Argument) throws(SystemFailure) {
        try syscall { withUnsafeMutablePointer(to: &argument) { cv4l2_ioctl(descriptor, request, $0) } }
    }

    private static func identify(
        _ descriptor: Int32, _ path: String, _ stablePaths: [String: String]
    ) throws(CameraError) -> CameraDevice {
        var capability = v4l2_capability()
        do {
            try syscall { cv4l2_ioctl(descriptor, CV4L2_QUERYCAP, &capability) }
        } catch {
            throw error.errno == ENOTTY || error.errno == EINVAL
                ? CameraError(
                    .notFound, operation: "VIDIOC_QUERYCAP", errno: error.errno, "\(path) is not a V4L2 device",
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
        let needed = UInt32(V4L2_CAP_VIDEO_CAPTURE) | UInt32(V4L2_CAP_STREAMING)
        guard capabilities & needed == needed else {
            throw CameraError(
                .notFound, operation: "VIDIOC_QUERYCAP",
                "\(path) (\(identity.driver), \(identity.card)) does not capture pictures now",
                hint: "a camera often has a second device for metadata: try the other /dev/video numbers")
        }
        return identity
    }
}
