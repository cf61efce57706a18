internal import Foundation
package import Imaging
internal import Quantities

/// How high what a field shows lies, where it shows something.
package struct HeightMap: Sendable, Equatable {
    package enum Unit: String, Sendable {
        case micrometres = "um"
        /// The number of the plane, the first is 1: heights are not known.
        case planes
    }

    /// In pixels of ``stepPixels`` each.
    package let width: Int
    package let height: Int
    /// Row after row; NaN over empty glass, which is sharp nowhere.
    package let heights: [Float]
    package let unit: Unit
    /// Of the lowest and the highest plane.
    package let range: ClosedRange<Float>

    /// A pixel of the map is as wide as so many of the field.
    package static let stepPixels = 2

    /// The height at a pixel of the field.
    package subscript(x: Int, y: Int) -> Float? {
        let (column, row) = (min(x / Self.stepPixels, width - 1), min(y / Self.stepPixels, height - 1))
        guard column >= 0, row >= 0 else { return nil }
        let height = heights[row * width + column]
        return height.isNaN ? nil : height
    }

    /// The name under which a PNG file tells what its values mean: `um -10 10`: 1 is the first, 65535 the second.
    package static let textKey = "Heights"

    /// Grey of 16 bits: 0 where there is no height, else 1...65535 over ``range``.
    /// - Parameter nmPerPixel: of the field.
    package func png(nmPerPixel: Double?, text: [String: String] = [:]) throws(ImagingError) -> [UInt8] {
        let (low, span) = (range.lowerBound, max(range.upperBound - range.lowerBound, .leastNormalMagnitude))
        let grey = heights.map { height -> UInt16 in
            height.isNaN ? 0 : UInt16(saturating: 1 + ((height - low) / span * 65534).rounded())
        }
        var text = text
        text[Self.textKey] = "\(unit.rawValue) \(range.lowerBound) \(range.upperBound)"
        return try PNG.encode(
            Picture(width: width, height: height, channels: 1, samples: grey),
            nmPerPixel: nmPerPixel.map { $0 * Double(Self.stepPixels) }, text: text)
    }
}
