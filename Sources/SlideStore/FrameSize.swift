/// Of a camera's frames, in pixels.
package struct FrameSize: Sendable, Equatable, CustomStringConvertible {
    package let width: Int
    package let height: Int

    package init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// `1280 x 1024`.
    package var description: String { "\(width) x \(height)" }
}
