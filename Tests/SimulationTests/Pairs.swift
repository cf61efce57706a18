import Imaging
import Simulation

/// Rendered once for all tests.
enum Pairs {
    /// Two pair fields with little overlap between grains.
    static let renderings: [SimulatedField.Rendering] = (0..<2).map {
        SimulatedField(seed: 2, index: $0, view: .pair).render()
    }

    /// A nearly empty slide, quick to render.
    static let sparse = FieldDensity(
        grainsPerSquareMillimetre: 70, othersPerSquareMillimetre: 20, emptyShare: 0, touchingShare: 0)
}

extension GrainTruth {
    /// Of the outline, by the shoelace formula, in square pixels.
    var outlineArea: Double {
        var twice = 0.0
        for i in outline.indices {
            let (a, b) = (outline[i], outline[(i + 1) % outline.count])
            twice += a[0] * b[1] - b[0] * a[1]
        }
        return abs(twice) / 2
    }

    /// Whether a pixel lies within the outline.
    func contains(_ x: Double, _ y: Double) -> Bool {
        var inside = false
        for i in outline.indices {
            let (a, b) = (outline[i], outline[(i + 1) % outline.count])
            if (a[1] > y) != (b[1] > y), x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0] { inside.toggle() }
        }
        return inside
    }
}
