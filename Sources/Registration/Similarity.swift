internal import Foundation

/// A map of the plane that keeps shapes: magnification, rotation and shift, as `q = scale * R(rotation) * p + offset`.
///
/// Pixels; the centre of a picture's upper left pixel is (0, 0), x goes right and y down.
package struct Similarity: Sendable, Equatable, Codable {
    package var scale: Double
    /// In radians; positive turns x towards y, clockwise as seen.
    package var rotation: Double
    package var offset: SIMD2<Double>

    package init(scale: Double = 1, rotation: Double = 0, offset: SIMD2<Double> = .zero) {
        self.scale = scale
        self.rotation = rotation
        self.offset = offset
    }

    package static let identity = Similarity()

    /// The map about a point that stays where `target` is.
    package init(scale: Double, rotation: Double, moving point: SIMD2<Double>, to target: SIMD2<Double>) {
        self.init(scale: scale, rotation: rotation)
        offset = target - self(point)
    }

    package func callAsFunction(_ p: SIMD2<Double>) -> SIMD2<Double> {
        let c = scale * cos(rotation), s = scale * sin(rotation)
        return SIMD2(c * p.x - s * p.y, s * p.x + c * p.y) + offset
    }

    package var inverse: Similarity {
        var result = Similarity(scale: 1 / scale, rotation: -rotation)
        result.offset = -result(offset)
        return result
    }

    /// First `other`, then this.
    package func after(_ other: Similarity) -> Similarity {
        var turn = rotation + other.rotation
        turn -= 2 * .pi * (turn / (2 * .pi)).rounded()
        return Similarity(scale: scale * other.scale, rotation: turn, offset: self(other.offset))
    }

    /// Rows of the 2 x 3 matrix.
    package var matrix: [Double] {
        let c = scale * cos(rotation), s = scale * sin(rotation)
        return [c, -s, offset.x, s, c, offset.y]
    }

    /// The same map between pictures whose pixels are `factor` times as large.
    package func coarser(by factor: Double) -> Similarity {
        // Corners coincide: p = (P + 0.5) / factor - 0.5.
        let grow = Similarity(scale: factor, offset: SIMD2(repeating: (factor - 1) / 2))
        return grow.inverse.after(self).after(grow)
    }
}
