import Foundation

/// A flake of dirt: the space within a few random planes, flattened.
struct DebrisFlake: Solid {
    private let planes: [(normal: Vector, distance: Float)]
    private let noise: Noise
    let semiAxes: Vector

    init(_ random: inout RandomStream) {
        let size = random.uniform(2.5...9)
        semiAxes = Vector(size, size * random.uniform(0.45...0.95), size * random.uniform(0.15...0.5))
        planes = (0..<14).map { _ in (random.direction(), random.uniform(0.6...1)) }
        noise = Noise(&random)
    }

    func mesh() -> Mesh {
        Mesh.star(divisions: 70, smooth: { 1 / ($0 / semiAxes).length }) { d, _ in
            let q = d / semiAxes
            let scale = q.length
            var reach: Float = 1.15
            for plane in planes {
                let facing = dot(plane.normal, q) / scale
                if facing > 0.05 { reach = min(reach, plane.distance / facing) }
            }
            let radius = reach / scale
            return SurfacePoint(radius: radius * (1 + 0.09 * noise(d * (radius * 0.9)) + 0.06 * noise(d * 9)))
        }
    }
}

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
                radius * min(1, 0.15 + 0.12 * Float(min(step, path.count - 1 - step))) * (1 + 0.12 * noise(Vector(Float(step) * 0.08, 3 * cos(angle), 3 * sin(angle))))
            },
            around: 40)
    }
}

/// An air bubble in the mounting medium. The electron microscope, in vacuum, never sees it.
struct AirBubble: Solid {
    let semiAxes: Vector

    init(_ random: inout RandomStream) {
        let radius = random.uniform(3...14)
        semiAxes = Vector(radius, radius, radius * 0.85)
    }

    func mesh() -> Mesh {
        Mesh.star(divisions: 100, smooth: { 1 / ($0 / semiAxes).length }) { _, radius in SurfacePoint(radius: radius) }
    }
}
