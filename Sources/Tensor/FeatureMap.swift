/// A view of a feature map, channels-last: pixel (y, x) starts at `base + (y * width + x) * pixelStride` and has
/// `channels` values. A map may be a channel range of wider pixels. Whoever makes the view keeps the memory alive.
package struct FeatureMap {
    package let base: UnsafeMutablePointer<Float>
    package let height: Int
    package let width: Int
    package let channels: Int
    /// Floats from one pixel to the next, at least `channels`.
    package let pixelStride: Int

    package init(base: UnsafeMutablePointer<Float>, height: Int, width: Int, channels: Int, pixelStride: Int) {
        precondition(height > 0 && width > 0 && channels > 0 && pixelStride >= channels)
        self.base = base
        self.height = height
        self.width = width
        self.channels = channels
        self.pixelStride = pixelStride
    }

    /// Channels `range` of the same pixels.
    package subscript(channels range: Range<Int>) -> FeatureMap {
        precondition(range.lowerBound >= 0 && range.upperBound <= channels)
        return FeatureMap(
            base: base + range.lowerBound, height: height, width: width, channels: range.count,
            pixelStride: pixelStride)
    }

    /// One of a batch: `count` images of one size, one below the other, are a map of `count` times as many rows.
    package func image(_ index: Int, of count: Int) -> FeatureMap {
        precondition(index >= 0 && index < count && height % count == 0)
        let rows = height / count
        return FeatureMap(
            base: base + index * rows * width * pixelStride, height: rows, width: width, channels: channels,
            pixelStride: pixelStride)
    }

    package func pixel(_ y: Int, _ x: Int) -> UnsafeMutablePointer<Float> { base + (y * width + x) * pixelStride }
}
