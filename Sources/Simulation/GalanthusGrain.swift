import Foundation

/// *Galanthus*: boat-shaped, one sulcus along its length, 25-32 µm long, two thirds as wide, finely granular.
///
/// The genus: bilateral, heteropolar, monosulcate, oblate (Jovanović et al., "Pollen micromorphology of Galanthus
/// reginae-olgae subsp. vernalis", 7th Croatian Botanical Symposium, 2022; Şahin, Şakıyan and Pınar, "An investigation on
/// the pollen morphology of Galanthus ikariae and Galanthus rizehensis", Turkish Journal of Botany).
struct GalanthusGrain: Solid {
    let body: DeformedEllipsoid
    private let sulcusDepth: Float
    private let sulcusWidth: Float
    private let granules: Float
    private let bend: Float
    private let noise: Noise

    var semiAxes: Vector { body.semiAxes }

    /// - preparation: swells, shrinks and collapses it; nil for neither.
    init(_ preparation: Preparation? = nil, _ random: inout RandomStream) {
        let swelling = preparation?.swelling ?? 1
        let half = random.uniform(preparation == nil ? 12.6...15.9 : 12...17.5) * swelling
        let width = half * random.uniform(preparation == nil ? 0.61...0.71 : 0.56...0.76)
        let isCollapsed = preparation.map { random.chance($0.collapsedShare) } ?? false
        body = DeformedEllipsoid(
            semiAxes: Vector(half, width, width * random.uniform(0.84...0.97)),
            pointedness: random.uniform(1.6...1.85), deformation: isCollapsed ? random.uniform(0.05...0.11) : 0.015,
            &random)
        sulcusDepth = random.uniform(1.8...3.4) * (isCollapsed ? 1.7 : 1)
        sulcusWidth = random.uniform(0.9...1.7)
        granules = random.uniform(0.02...0.06)
        bend = random.uniform(-0.5...0.5)
        noise = Noise(&random)
    }

    func mesh() -> Mesh {
        var mesh = Mesh.star(divisions: 170, smooth: body.radius, surface: surface)
        mesh.sulcus = stride(from: Float(-0.6), through: 0.6, by: 0.05).map { along in
            let height = body.semiAxes.z * (1 - along * along).squareRoot()
            let d = Vector(along * body.semiAxes.x, bend * cos(along * 2), height).unit
            return d * surface(d, body.radius(d)).radius
        }
        return mesh
    }

    private func surface(_ d: Vector, _ radius: Float) -> SurfacePoint {
        let p = d * radius
        var furrow: Float = 0
        var lip: Float = 0
        if d.z > 0 {
            let along = p.x / body.semiAxes.x
            let across = p.y - bend * cos(along * 2)
            let taper = 1 - smoothStep(0.62, 0.95, abs(along))
            let width = sulcusWidth * (0.5 + 0.5 * taper)
            let upper = smoothStep(0, 0.35, d.z)
            furrow = exp(-across * across / (width * width)) * taper * upper
            let side = abs(across) - width * 2
            lip = 0.28 * exp(-side * side / 0.7) * taper * upper
        }
        let fine = granules * (noise(p * 1.7) + 0.6 * noise(p * 3.3))
        return SurfacePoint(
            radius: radius - sulcusDepth * furrow + lip + fine, ornament: max(0, fine + lip), wall: 1 - 0.65 * furrow)
    }
}
