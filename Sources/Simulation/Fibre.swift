import Foundation

/// A textile or plant fibre lying in a curve.
struct Fibre: Solid {
    private let path: [Vector]
    private let radius: Float
    private let noise: Noise
    let semiAxes: Vector

    init(_ random: inout RandomStream) {
        let half = random.uniform(12...38)
        radius = random.uniform(0.7...2.2)
        noise = Noise(&random)
        let bend = random.uniform(-0.6...0.6) * half
        let twist = random.uniform(-0.25...0.25) * half
        let steps = Int(half * 8)
        let radius = radius
        path = (0...steps).map { step in
            let t = 2 * Float(step) / Float(steps) - 1
            return Vector(half * t, bend * (t * t - 0.4) + twist * t * (1 - t * t), radius * 0.3 * sin(3 * t))
        }
        semiAxes = Vector(half, abs(bend) * 0.6 + abs(twist) * 0.4 + radius, radius)
    }

    func mesh() -> Mesh {
        Mesh.tube(
            along: path,
            radius: { step, angle in
                let fromEnd = Float(min(step, path.count - 1 - step))
                let rough = noise(Vector(Float(step) * 0.08, 3 * cos(angle), 3 * sin(angle)))
                return radius * min(1, 0.15 + 0.12 * fromEnd) * (1 + 0.12 * rough)
            },
            around: 40)
    }
}
