/// How a camera was set: format, size, and rate where one was named.
package struct StoredCameraMode: Sendable, Equatable {
    /// V4L2 pixel format: "BA81".
    package let format: String
    package let size: FrameSize
    package let framesPerSecond: Double?

    package init(format: String, size: FrameSize, framesPerSecond: Double? = nil) {
        self.format = format
        self.size = size
        self.framesPerSecond = framesPerSecond
    }
}
