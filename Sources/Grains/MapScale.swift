/// How a sample map lies on the picture it was made from, and how large its pixels are.
///
/// Pixel centres have whole-number coordinates: a map position x lies at `(x + 0.5) * inputPixelsPerMapPixelX - 0.5`
/// in the input.
package struct MapScale: Sendable, Equatable {
    package let inputPixelsPerMapPixelX: Double
    package let inputPixelsPerMapPixelY: Double
    /// Side of an input pixel in the object plane.
    package let nmPerInputPixel: Double

    package init(inputPixelsPerMapPixelX: Double, inputPixelsPerMapPixelY: Double, nmPerInputPixel: Double) {
        precondition(
            inputPixelsPerMapPixelX > 0 && inputPixelsPerMapPixelY > 0 && nmPerInputPixel > 0
                && inputPixelsPerMapPixelX.isFinite && inputPixelsPerMapPixelY.isFinite && nmPerInputPixel.isFinite,
            "scales are positive")
        self.inputPixelsPerMapPixelX = inputPixelsPerMapPixelX
        self.inputPixelsPerMapPixelY = inputPixelsPerMapPixelY
        self.nmPerInputPixel = nmPerInputPixel
    }

    /// The scale of a map that covers the whole input.
    /// - Parameters:
    ///   - inputSize: width and height of the input, in pixels.
    ///   - mapSize: width and height of the map, in pixels.
    package init(
        inputSize: (width: Int, height: Int), mapSize: (width: Int, height: Int), nmPerInputPixel: Double
    ) {
        self.init(
            inputPixelsPerMapPixelX: Double(inputSize.width) / Double(mapSize.width),
            inputPixelsPerMapPixelY: Double(inputSize.height) / Double(mapSize.height),
            nmPerInputPixel: nmPerInputPixel)
    }

    /// Area of a map pixel in the object plane, in µm².
    package var squareMicrometresPerMapPixel: Double {
        inputPixelsPerMapPixelX * inputPixelsPerMapPixelY * nmPerInputPixel * nmPerInputPixel * 1e-6
    }

    /// Input position of a map position, both measured between pixel centres.
    func inputPoint(x: Double, y: Double) -> Grain.Point {
        Grain.Point(x: (x + 0.5) * inputPixelsPerMapPixelX - 0.5, y: (y + 0.5) * inputPixelsPerMapPixelY - 0.5)
    }
}
