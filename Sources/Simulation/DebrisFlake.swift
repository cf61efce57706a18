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
