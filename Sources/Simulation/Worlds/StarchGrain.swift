/// A grain of starch: a small clear egg of high index.
struct StarchGrain: Solid {
    private let body: DeformedEllipsoid
    var semiAxes: Vector { body.semiAxes }

    init(_ random: inout RandomStream) {
        let size = random.uniform(1.5...6.5)
        body = DeformedEllipsoid(
            semiAxes: Vector(size, size * random.uniform(0.7...1), size * random.uniform(0.6...0.9)), deformation: 0.05,
            &random)
    }

    func mesh() -> Mesh {
        Mesh.star(divisions: 60, smooth: body.radius) { _, radius in SurfacePoint(radius: radius) }
    }
}
