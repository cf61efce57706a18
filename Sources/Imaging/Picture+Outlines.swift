import COpenCV

/// Outlines in masks: zero is background, any other value foreground.
extension Picture where Sample == UInt8 {
    /// Grown (`radius` > 0) or shrunk by a disc. What lies outside the picture does not count.
    package func grown(by radius: Int) -> Picture {
        precondition(channels == 1, "a mask has one channel")
        var result = self
        let status = ccv_grow(samples, Int32(width), Int32(height), Int32(radius), &result.samples)
        precondition(status == 0, "out of memory while growing a mask of \(width) x \(height) pixels")
        return result
    }

    /// Outer contour of the largest region: pixel centres, closed; empty where the mask is.
    package func largestContour() -> [(x: Int, y: Int)] {
        precondition(channels == 1, "a mask has one channel")
        let capacity = 4 * (width + 2) * (height + 2) / 2
        var points = [Int32](repeating: 0, count: 2 * capacity)
        let count = Int(ccv_contour(samples, Int32(width), Int32(height), &points, Int32(capacity)))
        precondition(count >= 0, "out of memory while following outlines in \(width) x \(height) pixels")
        return (0..<count).map { (Int(points[2 * $0]), Int(points[2 * $0 + 1])) }
    }
}
