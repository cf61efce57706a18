import Foundation

typealias Vector = SIMD3<Float>

func dot(_ a: Vector, _ b: Vector) -> Float { (a * b).sum() }

func cross(_ a: Vector, _ b: Vector) -> Vector {
    Vector(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
}

extension Vector {
    var length: Float { dot(self, self).squareRoot() }
    var unit: Vector { self / length }
}

/// 0 below the first edge, 1 above the second, smooth between.
func smoothStep(_ low: Float, _ high: Float, _ value: Float) -> Float {
    let t = max(0, min(1, (value - low) / (high - low)))
    return t * t * (3 - 2 * t)
}

/// A proper rotation by its columns, the images of the x, y and z axes.
struct Rotation: Sendable {
    let x, y, z: Vector

    func callAsFunction(_ v: Vector) -> Vector { x * v.x + y * v.y + z * v.z }

    /// Turns the z axis to `pole`, then spins about it.
    init(pole: Vector, spin: Float) {
        let helper: Vector = abs(pole.z) < 0.9 ? Vector(0, 0, 1) : Vector(1, 0, 0)
        let u = cross(helper, pole).unit
        let v = cross(pole, u)
        x = u * cos(spin) + v * sin(spin)
        y = cross(pole, x)
        z = pole
    }

    init(x: Vector, y: Vector, z: Vector) {
        self.x = x
        self.y = y
        self.z = z
    }
}
