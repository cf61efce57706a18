internal import Foundation
package import Imaging
internal import Quantities

/// A grain's picture for people: as it is, and below it a bar that says how large it is.
package enum Vignette {
    private static let (ink, paper) = (SIMD3<UInt8>(0, 0, 0), SIMD3<UInt8>(255, 255, 255))
    /// Between bar, letters and sides, in pixels.
    private static let gap = 3
    private static let barHeight = 2

    /// - Parameters:
    ///   - picture: RGB.
    ///   - nmPerPixel: nothing is drawn where it is not known.
    package static func withScaleBar(_ picture: Picture<UInt8>, nmPerPixel: Double?) -> Picture<UInt8> {
        guard let nmPerPixel, nmPerPixel.isFinite, nmPerPixel > 0, picture.channels == 3 else { return picture }
        let pixelsPerMicrometre = 1000 / nmPerPixel
        let length = SlideMap.roundLength(atMost: 0.6 * Double(picture.width) / pixelsPerMicrometre)
        let bar = max(1, Int(saturating: (length * pixelsPerMicrometre).rounded()))
        let text = SlideMap.name(ofLength: length)
        let width = max(picture.width, Canvas.width(of: text, size: 1) + 2 * gap)
        var canvas = Canvas(width: width, height: picture.height + barHeight + DotFont.height + 3 * gap, paper)
        for y in 0..<picture.height {
            for x in 0..<picture.width { canvas.set(x, y, SIMD3(picture[x, y, 0], picture[x, y, 1], picture[x, y, 2])) }
        }
        canvas.fill(x: gap, y: picture.height + gap, width: bar, height: barHeight, ink)
        canvas.write(text, x: gap, y: picture.height + 2 * gap + barHeight, size: 1, ink)
        return canvas.picture
    }
}
