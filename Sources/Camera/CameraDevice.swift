/// What a V4L2 capture device says it is.
package struct CameraDevice: Sendable, Hashable, Codable {
    /// "/dev/video0": may name another camera after the next plugging.
    package let path: String
    /// "/dev/v4l/by-id/...", which stays with the camera; nil where udev made none.
    package let stablePath: String?
    /// "uvcvideo".
    package let driver: String
    /// The camera's name.
    package let card: String
    /// Which plug it is in: "usb-0000:00:14.0-2".
    package let bus: String

    package init(path: String, stablePath: String?, driver: String, card: String, bus: String) {
        self.path = path
        self.stablePath = stablePath
        self.driver = driver
        self.card = card
        self.bus = bus
    }

    /// Which of the present devices is this one come back, under whatever path: the one of the same stable path,
    /// else the same camera in the same plug, else the only camera of that name and driver.
    /// - Parameter others: devices known to be other cameras, since they were there beside this one.
    package func found(among present: [CameraDevice], others: Set<CameraDevice> = []) -> CameraDevice? {
        if let stablePath, let device = present.first(where: { $0.stablePath == stablePath }) { return device }
        let alike = present.filter { $0.card == card && $0.driver == driver }
        let inPlug = alike.filter { $0.bus == bus }
        if let device = inPlug.first(where: { $0.path == path }) ?? inPlug.first { return device }
        let newcomers = alike.filter { !others.contains($0) }
        return newcomers.count == 1 ? newcomers[0] : nil
    }
}
