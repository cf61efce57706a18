import Foundation

/// Pollen and spores that the lens was not taught to name.
struct ForeignGrain: Solid {
    enum Form: String, CaseIterable, Sendable {
        /// A small smooth spore.
        case spore
        /// A large smooth sphere with one annulate pore, as in grasses.
        case monoporate
        /// A rounded triangle with a pore at each corner, as in birch.
        case triporate
        /// A net of walls, as in Brassicaceae.
        case reticulate
        /// A large sphere with long spines wide apart, as in mallows.
        case echinate
        /// A body with two air sacs, as in pine.
        case bisaccate
    }

    let form: Form
    private let body: DeformedEllipsoid
    /// Cells of a net, or spines.
    private let sites: DirectionIndex
    private let sacs: [(centre: Vector, radius: Float)]
    private let noise: Noise

    /// Of echinate grains, in µm, and the radius of a spine's foot.
    private static let spineHeight: Float = 3.2
    private static let spineFoot: Float = 1.5

    var semiAxes: Vector {
        switch form {
        case .bisaccate: body.semiAxes * Vector(1.5, 1, 1)
        case .echinate: body.semiAxes + Self.spineHeight
        default: body.semiAxes
        }
    }

    init(_ form: Form, _ random: inout RandomStream) {
        self.form = form
        noise = Noise(&random)
        let radius =
            switch form {
            case .spore: random.uniform(4.5...7.5)
            case .monoporate: random.uniform(13...19)
            case .triporate: random.uniform(10...13)
            case .reticulate: random.uniform(10.5...15)
            case .echinate: random.uniform(13...18)
            case .bisaccate: random.uniform(12...15)
            }
        let axes: Vector =
            switch form {
            case .triporate: [radius, radius, radius * 0.72]
            case .bisaccate: [radius * 1.05, radius * 0.85, radius * 0.75]
            default: [radius, radius * random.uniform(0.9...1), radius * random.uniform(0.88...1)]
            }
        body = DeformedEllipsoid(semiAxes: axes, deformation: form == .monoporate ? 0.035 : 0.02, &random)
        var sites: [Vector] = []
        if form == .reticulate {
            let mesh = random.uniform(2.4...3.6)
            sites = DirectionIndex.fibonacci(
                count: Int(4 * .pi * radius * radius / (mesh * mesh)), jitter: 0.35, &random)
        }
        if form == .echinate {
            let spacing = random.uniform(5...7)
            sites = DirectionIndex.fibonacci(
                count: Int(4 * .pi * radius * radius / (spacing * spacing)), jitter: 0.2, &random)
        }
        self.sites = DirectionIndex(sites, reach: form == .echinate ? Self.spineFoot / radius * 1.15 : 0.42)
        let sac = radius * random.uniform(0.58...0.7)
        sacs =
            form == .bisaccate
            ? [1, -1].map { (Vector($0 * radius * 0.95, 0, -radius * 0.45), sac * random.uniform(0.92...1.08)) } : []
    }

    func mesh() -> Mesh { Mesh.star(divisions: form == .spore ? 80 : 150, smooth: body.radius, surface: surface) }

    private func surface(_ d: Vector, _ radius: Float) -> SurfacePoint {
        switch form {
        case .spore:
            return SurfacePoint(radius: radius + 0.05 * noise(d * radius), wall: 1)
        case .monoporate:
            let distance = (d - Vector(0.6, 0, 0.8)).length * radius
            let ring = exp(-pow((distance - 2) / 0.6, 2)) * 0.5
            let pore = exp(-distance * distance / 1.6) * 0.8
            return SurfacePoint(
                radius: radius + ring - pore + 0.03 * noise(d * (radius * 1.5)), ornament: ring, wall: 1 - 0.5 * pore)
        case .triporate:
            var bulge: Float = 0
            var pore: Float = 0
            for k in 0..<3 {
                let angle = Float(k) * (2 * .pi / 3)
                let distance = (d - Vector(cos(angle), sin(angle), 0)).length * radius
                bulge = max(bulge, exp(-distance * distance / 14))
                pore = max(pore, exp(-distance * distance / 0.9))
            }
            return SurfacePoint(
                radius: radius * 0.93 + 2.1 * bulge - 1.4 * pore, ornament: 0.8 * bulge, wall: 1 + bulge - pore)
        case .reticulate:
            var first: Float = 9
            var second: Float = 9
            for index in sites.near(d) {
                let distance = (d - sites.points[Int(index)]).length * radius
                if distance < first {
                    (first, second) = (distance, first)
                } else if distance < second {
                    second = distance
                }
            }
            let edge = second - first
            let ridge = 0.9 * exp(-edge * edge / 0.35)
            return SurfacePoint(radius: radius - 0.5 + ridge, ornament: ridge, wall: 1)
        case .echinate:
            var height: Float = 0
            for index in sites.near(d) {
                let distance = (d - sites.points[Int(index)]).length * radius / Self.spineFoot
                if distance < 1 { height = max(height, Self.spineHeight * pow(1 - distance, 0.8)) }
            }
            return SurfacePoint(radius: radius + height + 0.05 * noise(d * radius), ornament: height, wall: 1.2)
        case .bisaccate:
            var reach = radius
            var inSac: Float = 0
            for sac in sacs {
                let along = dot(d, sac.centre)
                let inside = along * along - dot(sac.centre, sac.centre) + sac.radius * sac.radius
                if inside > 0 && along > 0 && along + inside.squareRoot() > reach {
                    reach = along + inside.squareRoot()
                    inSac = 1
                }
            }
            let fine = noise(d * (radius * 1.2))
            return SurfacePoint(radius: reach + 0.08 * fine, ornament: inSac * (0.2 + 0.3 * fine), wall: 1 + inSac)
        }
    }
}
