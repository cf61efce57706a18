internal import Quantities

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

    /// Frames per second of an interval in seconds, `interval` over `divisor`; nil for what no camera does.
    package static func framesPerSecond(interval: UInt32, over divisor: UInt32) -> Double? {
        interval > 0 ? Quantity.frameRate.possible(Double(divisor) / Double(interval)) : nil
    }

    package init(fourcc: String, width: Int, height: Int, framesPerSecond: Double? = nil, strideBytes: Int? = nil) {
        self.fourcc = fourcc
        self.width = width
        self.height = height
        self.framesPerSecond = framesPerSecond
        self.strideBytes = strideBytes
    }
}
