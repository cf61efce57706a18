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
        /// A smooth spheroid with three long furrows, as in oak.
        case tricolpate
        /// A sphere with many sunken pores, as in goosefoot.
        case periporate
        /// Four grains that stay together, as in heather.
        case tetrad
        /// Sixteen or so that do, as in acacia.
        case polyad
        /// A slender smooth rod with rounded ends, as in Apiaceae.
        case prolate
        /// A bean-shaped fern spore.
        case monolete
        /// A boat with one furrow, much smaller or larger than snowdrop's, as in palms and lilies.
        case boat
        /// High crests with spines around hollows, as in dandelion.
        case fenestrate
        /// Fine parallel ridges, as in maple.
        case striate
        /// Low warts, as in plantain.
        case verrucate
        /// A large thin-walled sphere without apertures, often folded, as in poplar and larch.
        case inaperturate
        /// A smooth sphere of a size between the others, as in nettle and hemp.
        case plain
        /// Three to six furrows on a sphere or spheroid of any size, with one of the fine ornaments that most flowering
        /// plants have: none, granules, a fine net, rods, ridges.
        case colporate
        /// A flattened grain with four to seven pores on its equator, as in alder and elm.
        case stephanoporate
        /// Rods with heads, close together, as in holly and flax.
        case clavate
        /// A brown club of several cells, as *Alternaria*.
        case conidium
        /// A brown spindle of two cells, as in ascomycetes.
        case ascospore
        /// A brown sphere with minute spines, as in rusts and smuts.
        case rust

        /// Those of the first generation of simulated fields.
        static let classic: [Form] = [.spore, .monoporate, .triporate, .reticulate, .echinate, .bisaccate]

        /// Whether it comes to lie on a broad side.
        var isFlat: Bool {
            switch self {
            case .triporate, .stephanoporate, .prolate, .monolete, .boat, .conidium, .ascospore: true
            default: false
            }
        }

        /// How often it is drawn beside the others. Most pollen that is not looked for is of this kind.
        var weight: Int { self == .colporate ? 5 : self == .stephanoporate || self == .clavate ? 2 : 1 }

        /// What is drawn where no generation is named, each as often as its weight.
        static let weighted: [Form] = allCases.flatMap { Array(repeating: $0, count: $0.weight) }

        var isFungus: Bool { [.conidium, .ascospore, .rust].contains(self) }

        /// Usual thickness of its wall in µm.
        var wall: Float {
            switch self {
            case .inaperturate, .monoporate: 0.6
            case .echinate, .tricolpate, .fenestrate, .clavate: 1.4
            default: 0.9
            }
        }
    }

    let form: Form
    private let body: DeformedEllipsoid
    /// Cells of a net, or spines.
    private let sites: DirectionIndex
    private let sacs: [(centre: Vector, radius: Float)]
    private let noise: Noise
    /// Of fine ridges, in µm.
    private let period: Float
    /// Furrows or pores around the equator.
    private let apertures: Int
    /// Of a colporate grain.
    private let ornament: Ornament

    private enum Ornament: CaseIterable { case none, granules, net, rods, ridges }

    /// Of echinate grains, in µm, and the radius of a spine's foot.
    private static let spineHeight: Float = 3.2
    private static let spineFoot: Float = 1.5

    var semiAxes: Vector {
        switch form {
        case .bisaccate: body.semiAxes * Vector(1.5, 1, 1)
        case .tetrad, .polyad: body.semiAxes * 1.15
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
            case .tricolpate: random.uniform(10...17)
            case .periporate: random.uniform(11...16)
            case .tetrad: random.uniform(14...21)
            case .polyad: random.uniform(16...24)
            case .prolate: random.uniform(11...17)
            case .monolete: random.uniform(15...26)
            case .colporate: random.uniform(7...20)
            case .stephanoporate: random.uniform(9...15)
            case .clavate: random.uniform(12...22)
            case .boat: random.chance(0.5) ? random.uniform(6.5...9.5) : random.uniform(21...28)
            case .fenestrate: random.uniform(11...15)
            case .striate, .verrucate: random.uniform(11...17)
            case .inaperturate: random.uniform(13...32)
            case .plain: random.uniform(6...12)
            case .conidium: random.uniform(9...22)
            case .ascospore: random.uniform(6...13)
            case .rust: random.uniform(4.5...12)
            }
        let axes: Vector =
            switch form {
            case .triporate: [radius, radius, radius * 0.72]
            case .bisaccate: [radius * 1.05, radius * 0.85, radius * 0.75]
            case .prolate: [radius, radius * random.uniform(0.36...0.48), radius * random.uniform(0.36...0.48)]
            case .monolete: [radius, radius * random.uniform(0.55...0.7), radius * random.uniform(0.55...0.7)]
            case .boat: [radius, radius * random.uniform(0.5...0.7), radius * random.uniform(0.45...0.65)]
            case .conidium: [radius, radius * random.uniform(0.3...0.5), radius * random.uniform(0.3...0.45)]
            case .ascospore: [radius, radius * random.uniform(0.3...0.5), radius * random.uniform(0.3...0.5)]
            case .tricolpate: [radius * 0.85, radius * 0.85, radius * random.uniform(0.9...1.15)]
            case .stephanoporate: [radius, radius, radius * random.uniform(0.6...0.8)]
            case .colporate: Vector(1, 1, random.uniform(0.75...1.5)) * radius
            default: [radius, radius * random.uniform(0.9...1), radius * random.uniform(0.88...1)]
            }
        let deformation: Float =
            switch form {
            case .monoporate: 0.035
            case .inaperturate: random.uniform(0.03...0.12)
            default: 0.02
            }
        body = DeformedEllipsoid(
            semiAxes: axes, pointedness: form == .ascospore || form == .boat ? 1.7 : 2, deformation: deformation,
            &random)
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
        var reach: Float =
            switch form {
            case .echinate: Self.spineFoot / radius * 1.15
            case .rust: 0.8 / radius * 1.15
            case .verrucate: 1.8 / radius * 1.15
            case .fenestrate, .polyad: 1.1
            case .tetrad: 2
            default: 0.42
            }
        var ornament = Ornament.none
        switch form {
        case .colporate:
            let spacing = random.uniform(0.9...1.8)
            ornament = Ornament.allCases[Int(random.next() % UInt64(Ornament.allCases.count))]
            if ornament == .granules || ornament == .net || ornament == .rods {
                sites = DirectionIndex.fibonacci(
                    count: Int(4 * .pi * radius * radius / (spacing * spacing)), jitter: 0.35, &random)
            }
            reach = 1.6 * spacing / radius
        case .clavate:
            let spacing = random.uniform(1.6...2.4)
            sites = DirectionIndex.fibonacci(
                count: Int(4 * .pi * radius * radius / (spacing * spacing)), jitter: 0.25, &random)
            reach = 1.6 * spacing / radius
        case .periporate: sites = DirectionIndex.fibonacci(count: 30 + Int(random.next() % 40), jitter: 0.15, &random)
        case .fenestrate: sites = DirectionIndex.fibonacci(count: 20, jitter: 0.1, &random)
        case .polyad: sites = DirectionIndex.fibonacci(count: 14, jitter: 0.1, &random)
        case .tetrad: sites = [[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]].map { ($0 as Vector).unit }
        case .verrucate, .rust:
            let spacing = form == .rust ? random.uniform(1.1...1.6) : random.uniform(1.8...3.2)
            sites = DirectionIndex.fibonacci(
                count: max(12, Int(4 * .pi * radius * radius / (spacing * spacing))), jitter: 0.3, &random)
        default: break
        }
        self.sites = DirectionIndex(sites, reach: reach)
        period = form == .striate ? random.uniform(0.9...1.6) : form == .colporate ? random.uniform(0.7...1.3) : 1
        self.ornament = ornament
        apertures =
            switch form {
            case .colporate: random.chance(0.75) ? 3 : 4 + Int(random.next() % 3)
            case .stephanoporate: 4 + Int(random.next() % 4)
            default: 3
            }
        let sac = radius * random.uniform(0.58...0.7)
        sacs =
            form == .bisaccate
            ? [1, -1].map { (Vector($0 * radius * 0.95, 0, -radius * 0.45), sac * random.uniform(0.92...1.08)) } : []
    }

    func mesh() -> Mesh {
        Mesh.star(
            divisions: [.spore, .plain, .ascospore].contains(form) ? 80 : 150, smooth: body.radius, surface: surface)
    }

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
        default: return ornamented(d, radius)
        }
    }

    /// Distances, in µm along the surface, to the two nearest sites.
    private func nearest(_ d: Vector, _ radius: Float) -> (first: Float, second: Float) {
        var (first, second): (Float, Float) = (99, 99)
        for index in sites.near(d) {
            let distance = (d - sites.points[Int(index)]).length * radius
            if distance < first {
                (first, second) = (distance, first)
            } else if distance < second {
                second = distance
            }
        }
        return (first, second)
    }

    /// Height in µm.
    private func fineOrnament(_ d: Vector, _ radius: Float) -> Float {
        switch ornament {
        case .none: return 0
        case .granules:
            let distance = nearest(d, radius).first / 0.5
            return distance < 1 ? 0.35 * (1 - distance * distance) : 0
        case .rods: return 0.6 * (1 - smoothStep(0.25, 0.5, nearest(d, radius).first))
        case .net:
            let (first, second) = nearest(d, radius)
            return 0.5 * exp(-pow((second - first) / 0.4, 2))
        case .ridges:
            let p = d * radius
            return 0.14 * (1 + sin((p.x + 1.5 * noise(d * 2) + 0.3 * p.z) * 2 * .pi / period))
        }
    }

    private func ornamented(_ d: Vector, _ radius: Float) -> SurfacePoint {
        let fine = 0.04 * noise(d * (radius * 1.5))
        switch form {
        case .tricolpate:
            var furrow: Float = 0
            for k in 0..<3 {
                let angle = Float(k) * (2 * .pi / 3)
                let (c, s) = (cos(angle), sin(angle))
                if c * d.x + s * d.y < 0 { continue }
                let across = (c * d.y - s * d.x) * radius
                furrow = max(furrow, exp(-across * across / 1.4) * (1 - smoothStep(0.6, 0.92, abs(d.z))))
            }
            return SurfacePoint(radius: radius - 1.5 * furrow + 2 * fine, wall: 1 - 0.7 * furrow)
        case .colporate:
            var furrow: Float = 0
            for k in 0..<apertures {
                let angle = Float(k) * (2 * .pi / Float(apertures))
                let (c, s) = (cos(angle), sin(angle))
                if c * d.x + s * d.y < 0 { continue }
                let across = (c * d.y - s * d.x) * radius
                furrow = max(furrow, exp(-across * across / 1.1) * (1 - smoothStep(0.55, 0.9, abs(d.z))))
            }
            let relief = (1 - furrow) * fineOrnament(d, radius)
            return SurfacePoint(
                radius: radius - 1.3 * furrow + relief + fine, ornament: relief, wall: 1 - 0.7 * furrow)
        case .clavate:
            let (first, _) = nearest(d, radius)
            let rod = 1 - smoothStep(0.35, 0.75, first)
            return SurfacePoint(radius: radius - 1 + 1.6 * rod, ornament: 1.6 * rod, wall: 1)
        case .stephanoporate:
            var bulge: Float = 0
            var pore: Float = 0
            for k in 0..<apertures {
                let angle = Float(k) * (2 * .pi / Float(apertures))
                let distance = (d - Vector(cos(angle), sin(angle), 0)).length * radius
                bulge = max(bulge, exp(-distance * distance / 7))
                pore = max(pore, exp(-distance * distance / 0.9))
            }
            return SurfacePoint(
                radius: radius * 0.95 + 1.2 * bulge - 1.2 * pore + fine, ornament: 0.6 * bulge, wall: 1 + bulge - pore)
        case .periporate:
            let pore = exp(-pow(nearest(d, radius).first / 1.1, 2))
            return SurfacePoint(radius: radius - 0.9 * pore + fine, wall: 1 - 0.8 * pore)
        case .tetrad:
            // Spheres about four centres.
            var reach: Float = 0
            for site in sites.points {
                let along = dot(d, site) * radius * 0.55
                let inside = along * along + (0.36 - 0.3025) * radius * radius
                if inside > 0 { reach = max(reach, along + inside.squareRoot()) }
            }
            return SurfacePoint(radius: max(reach, 0.2 * radius) + fine)
        case .polyad:
            let (first, second) = nearest(d, radius)
            let groove = exp(-pow((second - first) / 1.2, 2))
            return SurfacePoint(radius: radius - 1.6 * groove + fine, wall: 1 + 0.5 * groove)
        case .fenestrate:
            let (first, second) = nearest(d, radius)
            let crest = exp(-pow((second - first) / 1.6, 2))
            let spine = max(0, sin(first * 2.6)) * crest
            return SurfacePoint(
                radius: radius - 1.2 + 2 * crest + 1.1 * spine, ornament: 1.2 * crest + spine, wall: 1)
        case .striate:
            let p = d * radius
            let bend = 1.5 * noise(d * 2)
            let ridge = 0.14 * (1 + sin((p.z + bend + 0.35 * p.x) * 2 * .pi / period))
            return SurfacePoint(radius: radius + ridge, ornament: ridge)
        case .verrucate:
            let distance = nearest(d, radius).first / 1.4
            let wart = distance < 1 ? 0.7 * (1 - distance * distance) : 0
            return SurfacePoint(radius: radius + wart + fine, ornament: wart)
        case .rust:
            let distance = nearest(d, radius).first / 0.6
            let spine = distance < 1 ? 0.5 * (1 - distance) : 0
            return SurfacePoint(radius: radius + spine, ornament: spine)
        case .conidium:
            // Cells in a row, narrowing to a beak.
            let along = d.x * radius / body.semiAxes.x
            let cell = abs(cos(along * 7))
            let taper = along > 0 ? 1 - 0.35 * along * along : 1
            return SurfacePoint(radius: radius * (taper + 0.06 * cell) + fine, wall: 1.4 - cell)
        case .ascospore:
            let waist = exp(-pow(d.x * radius / 0.8, 2))
            return SurfacePoint(radius: radius - 0.5 * waist + fine, wall: 1 + waist)
        case .boat:
            let p = d * radius
            let reach = 1 - smoothStep(0.6, 0.95, abs(p.x / body.semiAxes.x))
            let furrow = d.z > 0 ? exp(-p.y * p.y / 1.4) * reach : 0
            return SurfacePoint(
                radius: radius - 2 * furrow + 3 * fine, ornament: max(0, fine), wall: 1 - 0.6 * furrow)
        case .monolete:
            let p = d * radius
            let along = p.x / body.semiAxes.x
            let scar = d.z > 0 ? exp(-p.y * p.y / 0.3) * (1 - smoothStep(0.4, 0.6, abs(along))) : 0
            let bean = 0.12 * radius * max(0, d.z) * (1 - along * along)
            return SurfacePoint(radius: radius - bean + 0.5 * scar + fine, ornament: 0.5 * scar)
        default: return SurfacePoint(radius: radius + fine)
        }
    }
}
