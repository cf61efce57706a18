import Foundation

/// A body in its own frame, centred on the origin, in µm.
protocol Solid: Sendable {
    /// Half axes of an ellipsoid about it, for placing it beside others.
    var semiAxes: Vector { get }
    func mesh() -> Mesh
}

/// An ellipsoid with a few gentle dents and bulges, the base of every grain.
struct DeformedEllipsoid: Sendable {
    let semiAxes: Vector
    /// 2 is an ellipsoid; less draws the ends of the x axis to points.
    let pointedness: Float
    private let waves: [(direction: Vector, phase: Float, amplitude: Float)]

    /// - Parameter deformation: typical relative change of radius.
    init(semiAxes: Vector, pointedness: Float = 2, deformation: Float, _ random: inout RandomStream) {
        self.semiAxes = semiAxes
        self.pointedness = pointedness
        waves = (0..<6).map { _ in
            let direction = random.direction() * random.uniform(1.5...3.5)
            return (direction, random.uniform(0...6.2832), deformation * random.uniform(-0.6...0.6))
        }
    }

    func radius(_ d: Vector) -> Float {
        let q = d / semiAxes
        let ring = q.y * q.y + q.z * q.z
        let base: Float =
            pointedness == 2
            ? 1 / (q.x * q.x + ring).squareRoot()
            : pow(pow(abs(q.x), pointedness) + pow(ring, pointedness / 2), -1 / pointedness)
        var factor: Float = 1
        for wave in waves { factor += wave.amplitude * cos(dot(wave.direction, d) + wave.phase) }
        return base * factor
    }
}
