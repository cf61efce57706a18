internal import Imaging

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

    /// Brighter than the median, since what lies on the slide darkens it: a pixel may be covered in half of the fields.
    private static func common(to previews: [FieldPreview]) -> [Int16] {
        var column = [Int16](repeating: 0, count: previews.count)
        return previews[0].samples.indices.map { pixel in
            for (at, preview) in previews.enumerated() { column[at] = preview.samples[pixel] }
            column.sort()
            return column[column.count * 2 / 3]
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
