/// One format and size of a camera: an element of `GET /v1/camera/modes`.
package struct CameraModeReport: Codable, Sendable, Equatable {
    /// FourCC of the format on the wire (`BA81`, `YUYV`), or `PNG`, `simulated BA81`.
    package var format: String
    /// Pixels.
    package var width: Int
    /// Pixels.
    package var height: Int
    /// The highest rate offered at this size, or the negotiated one.
    @Nullable package var framesPerSecond: Double?
    @Nullable package var strideBytes: Int?

    package init(format: String, width: Int, height: Int, framesPerSecond: Double? = nil, strideBytes: Int? = nil) {
        self.format = format
        self.width = width
        self.height = height
        self.framesPerSecond = framesPerSecond
        self.strideBytes = strideBytes
    }
}
