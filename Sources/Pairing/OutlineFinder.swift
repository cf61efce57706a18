package import Imaging

/// Finds the outlines of objects on a slide from the edges of a grey picture: Canny's edges, gaps closed, and all that
/// is then cut off from the background filled (paper, section 4).
package struct OutlineFinder: Sendable {
    /// Of the Gaussian before the edges are found, in pixels.
    package var sigma: Double
    /// Gaps in an outline up to twice this are closed, in pixels.
    package var closing: Int
    /// Smaller objects are dirt, in square pixels.
    package var minimumArea: Int

    package init(sigma: Double = 2, closing: Int = 6, minimumArea: Int = 1500) {
        self.sigma = sigma
        self.closing = closing
        self.minimumArea = minimumArea
    }

    /// For lengths that were chosen at 83 nm a pixel.
    package init(nmPerPixel: Double) {
        let factor = 83 / nmPerPixel
        self.init(
            sigma: max(0.8, 2 * factor), closing: max(2, Int((6 * factor).rounded())),
            minimumArea: max(20, Int((1500 * factor * factor).rounded())))
    }

    /// Objects: 255, background: 0.
    package func silhouettes(_ grey: Picture<Float>) -> Picture<UInt8> {
        let magnitude = grey.gradientMagnitude(sigma: sigma).samples.sorted()
        let count = magnitude.count
        // Noise sets the floor, the strongest edges the scale.
        let high = Double(max(6 * magnitude[count / 2], 0.12 * magnitude[min(count - 1, count * 995 / 1000)]))
        guard high > 0 else { return Picture(width: grey.width, height: grey.height, channels: 1, filledWith: 0) }
        let barrier = grey.cannyEdges(sigma: sigma, low: 0.4 * high, high: high).grown(by: closing)
        let (labels, regions) = barrier.map { $0 == 0 ? UInt8(255) : 0 }.connectedComponents()
        var areas = [Int](repeating: 0, count: regions + 1)
        for label in labels { areas[Int(label)] += 1 }
        areas[0] = 0
        let background = areas.indices.max { areas[$0] < areas[$1] } ?? 0
        var filled = barrier
        for (pixel, label) in labels.enumerated() {
            filled.samples[pixel] = label != 0 && Int(label) == background ? 0 : 255
        }
        return filled.grown(by: -closing).without(regionsBelow: minimumArea)
    }
}

extension Picture where Sample == UInt8 {
    /// A mask without its small regions.
    func without(regionsBelow minimumArea: Int) -> Picture {
        let (labels, count) = connectedComponents()
        var areas = [Int](repeating: 0, count: count + 1)
        for label in labels { areas[Int(label)] += 1 }
        var result = self
        for (pixel, label) in labels.enumerated() where areas[Int(label)] < minimumArea { result.samples[pixel] = 0 }
        return result
    }
}
