internal import Imaging
internal import Quantities

/// What stays with the camera while the slide moves: dirt on the sensor and the rest of the illumination's fall-off.
///
/// It lies at the same pixels in all fields and so correlates at no displacement; it is what fields that show different
/// places have in common, and is taken away before fields are compared.
package struct StaticPattern: Sendable, Equatable {
    /// At the size of the previews, in their unit.
    let samples: [Int16]

    /// Fewer fields do not tell the slide from the camera.
    static let minimumFields = 5
    /// More do not help.
    private static let maximumFields = 25
    /// Fields that correlate more at no displacement show the same place.
    private static let sameness = 0.6

    /// Nil where fewer than ``minimumFields`` show different places.
    init?(_ previews: [FieldPreview]) {
        guard previews.count >= Self.minimumFields else { return nil }
        // Spread over the fields; neighbours in time show the same place most often.
        let step = max(1, previews.count / (2 * Self.maximumFields))
        let spread = stride(from: 0, to: previews.count, by: step).map { previews[$0] }
        var chosen: [FieldPreview] = []
        // What nearly all fields have in common does not make two of them the same.
        let common = Self.common(to: spread)
        var residuals: [[Float]] = []
        for preview in spread where chosen.count < Self.maximumFields {
            let residual = zip(preview.samples, common).map { Float($0) - Float($1) }
            if residuals.contains(where: { Self.cosine($0, residual) > Self.sameness }) { continue }
            chosen.append(preview)
            residuals.append(residual)
        }
        guard chosen.count >= Self.minimumFields else { return nil }
        samples = Self.common(to: chosen)
    }

    /// As ``bytes`` gave it.
    package init(bytes: [UInt8]) { samples = [Int16](littleEndianBytes: bytes) }

    package var bytes: [UInt8] { samples.littleEndianBytes }

    /// Darker is not glass, in logarithms of brightness.
    private static let glass: Float = -0.05

    /// At each pixel the middle of what is glass there, and brighter than the median in any case: what lies on the slide
    /// darkens it, and may cover more than half of a field.
    private static func common(to previews: [FieldPreview]) -> [Int16] {
        var column = [Int16](repeating: 0, count: previews.count)
        let darkest = Int16(saturating: glass / FieldPreview.unit)
        let share =
            Double(previews.reduce(0) { $0 + $1.samples.count { $0 > darkest } })
            / Double(previews.count * previews[0].samples.count)
        let middle = min(column.count - 1, Int(saturating: Double(column.count) * max(2.0 / 3, 1 - share / 2)))
        return previews[0].samples.indices.map { pixel in
            for (at, preview) in previews.enumerated() { column[at] = preview.samples[pixel] }
            column.sort()
            return column[middle]
        }
    }

    private static func cosine(_ a: [Float], _ b: [Float]) -> Double {
        var (aa, bb, ab) = (Float(0), Float(0), Float(0))
        for at in a.indices {
            aa += a[at] * a[at]
            bb += b[at] * b[at]
            ab += a[at] * b[at]
        }
        return aa > 0 && bb > 0 ? Double(ab / (aa * bb).squareRoot()) : 0
    }
}
