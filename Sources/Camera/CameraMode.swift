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

    /// As users write it: "BA81:1280x1024", "BA81:1280x1024@15".
    package var notation: String {
        let rate = framesPerSecond.map { $0.rounded() == $0 ? "@\(Int(saturating: $0))" : "@\($0)" } ?? ""
        return "\(fourcc):\(width)x\(height)\(rate)"
    }

    /// Whether frames of both are laid out alike, whatever their rate.
    package func isAlike(_ other: CameraMode) -> Bool {
        fourcc == other.fourcc && width == other.width && height == other.height
    }

    package init(fourcc: String, width: Int, height: Int, framesPerSecond: Double? = nil, strideBytes: Int? = nil) {
        self.fourcc = fourcc
        self.width = width
        self.height = height
        self.framesPerSecond = framesPerSecond
        self.strideBytes = strideBytes
    }
}
