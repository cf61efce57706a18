internal import Imaging

/// What stays with the camera while the slide moves: dirt on the sensor and the rest of the illumination's fall-off.
///
/// It lies at the same pixels in all fields and so correlates at no displacement; it is what fields that show different
/// places have in common, and is taken away before fields are compared.
struct StaticPattern: Sendable {
    /// At the size of the previews.
    let picture: Picture<Float>

    /// Fewer fields do not tell the slide from the camera.
    static let minimumFields = 5
    /// More do not help.
    private static let maximumFields = 25
    /// Fields that correlate more at no displacement show the same place.
    private static let sameness = 0.6

    /// Nil where fewer than ``minimumFields`` show different places.
    init?(_ previews: [Picture<Float>]) {
        guard let first = previews.first else { return nil }
        // Spread over the slide; neighbours in time show the same place most often.
        let step = max(1, previews.count / (2 * Self.maximumFields))
        var chosen: [Picture<Float>] = []
        // What nearly all fields have in common does not make two of them the same.
        let common = Self.common(to: stride(from: 0, to: previews.count, by: step).map { previews[$0] })
        var residuals: [[Float]] = []
        for at in stride(from: 0, to: previews.count, by: step) where chosen.count < Self.maximumFields {
            let residual = zip(previews[at].samples, common).map { $0 - $1 }
            if residuals.contains(where: { Self.cosine($0, residual) > Self.sameness }) { continue }
            chosen.append(previews[at])
            residuals.append(residual)
        }
        guard chosen.count >= Self.minimumFields else { return nil }
        picture = Picture(width: first.width, height: first.height, channels: 1, samples: Self.common(to: chosen))
    }

    /// Brighter than the median, since what lies on the slide darkens it: a pixel may be covered in half of the fields.
    private static func common(to pictures: [Picture<Float>]) -> [Float] {
        var column = [Float](repeating: 0, count: pictures.count)
        return pictures[0].samples.indices.map { pixel in
            for (at, picture) in pictures.enumerated() { column[at] = picture.samples[pixel] }
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
