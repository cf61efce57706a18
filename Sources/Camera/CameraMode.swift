/// A picture format that a camera offers or was set to.
package struct CameraMode: Sendable, Hashable, Codable {
    /// V4L2 pixel format: "BA81", "YUYV".
    package let fourcc: String
    /// In pixels.
    package let width: Int
    /// In pixels.
    package let height: Int
    /// nil where the driver does not say.
    package let framesPerSecond: Double?
    /// Bytes from one row to the next; nil for compressed formats and for modes not negotiated yet.
    package let strideBytes: Int?

    package init(fourcc: String, width: Int, height: Int, framesPerSecond: Double? = nil, strideBytes: Int? = nil) {
        self.fourcc = fourcc
        self.width = width
        self.height = height
        self.framesPerSecond = framesPerSecond
        self.strideBytes = strideBytes
    }
}
