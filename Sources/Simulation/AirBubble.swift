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
