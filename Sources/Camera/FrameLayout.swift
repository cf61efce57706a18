/// A negotiated picture format: everything needed to read a buffer.
package struct FrameLayout: Sendable, Equatable {
    package let format: PixelFormat
    /// In pixels.
    package let width: Int
    /// In pixels.
    package let height: Int
    /// Bytes from one row to the next.
    package let strideBytes: Int
    package let colour: ColourEncoding

    package init(format: PixelFormat, width: Int, height: Int, strideBytes: Int, colour: ColourEncoding) {
        self.format = format
        self.width = width
        self.height = height
        self.strideBytes = strideBytes
        self.colour = colour
    }
}
