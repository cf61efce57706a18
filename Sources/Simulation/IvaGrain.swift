import Foundation

/// *Iva xanthiifolia*: spheroidal, 17-22 µm, three colpori, conical spines about 1 µm high, 2-3 µm apart.
///
/// The genus: oblate- to prolate-spheroidal, three- or four-colporate, tectate with short spines, 18-30 µm by species
/// (Pollen Library, "Iva", pollen.com/research/genus/iva); of *I. annua* 20 µm.
struct IvaGrain: Solid {
    let body: DeformedEllipsoid
    private let spines: DirectionIndex
    private let spineHeights: [Float]
    private let spineRadius: Float
    private let furrowDepth: Float
    private let furrowWidth: Float
    private let lobes: Float
    private let noise: Noise

    var semiAxes: Vector { body.semiAxes + 0.7 }

    /// - preparation: swells, shrinks and collapses it; nil for neither.
    init(_ preparation: Preparation? = nil, _ random: inout RandomStream) {
        // The diameter is taken over the spines, as a palynologist measures it.
        let swelling = preparation?.swelling ?? 1
        let radius = (random.uniform(preparation == nil ? 8.6...10.7 : 8...11.3) - 0.55) * swelling
        let polar = random.uniform(preparation == nil ? 0.9...1.06 : 0.85...1.1)
        let isCollapsed = preparation.map { random.chance($0.collapsedShare) } ?? false
        body = DeformedEllipsoid(
            semiAxes: Vector(radius, radius * random.uniform(0.96...1.04), radius * polar),
            deformation: isCollapsed ? random.uniform(0.06...0.14) : 0.02, &random)
        furrowDepth = random.uniform(0.7...1.3) * (isCollapsed ? 2 : 1)
        furrowWidth = random.uniform(0.7...1.05)
        lobes = random.uniform(0.01...0.035)
        noise = Noise(&random)
        spineRadius = random.uniform(0.62...0.78)
        let spacing = random.uniform(2.25...2.75)
        let count = Int(4 * Float.pi * radius * radius / (spacing * spacing * 0.866))
        let points = DirectionIndex.fibonacci(count: count, jitter: 0.3, &random)
        let (depth, width) = (furrowDepth, furrowWidth)
        let kept = points.filter { Self.furrow($0, radius: radius, width: width).colpus * depth < 0.3 }
        spines = DirectionIndex(kept, reach: spineRadius / radius * 1.15)
        let mean = random.uniform(0.9...1.15)
        spineHeights = kept.map { _ in max(0.6, random.normal(mean, 0.1)) }
    }

    /// Depth shares 0...1 of the colpus (furrow) and of the pore in its middle.
    private static func furrow(_ d: Vector, radius: Float, width: Float) -> (colpus: Float, pore: Float) {
        var colpus: Float = 0
        var pore: Float = 0
        for k in 0..<3 {
            let angle = Float(k) * (2 * .pi / 3)
            let (c, s) = (cos(angle), sin(angle))
            if c * d.x + s * d.y < 0 { continue }
            let across = (c * d.y - s * d.x) * radius
            let along = d.z * radius
            let taper = 1 - smoothStep(0.55, 0.88, abs(d.z))
            colpus = max(colpus, exp(-across * across / (width * width)) * taper)
            pore = max(pore, exp(-(across * across + along * along) / 1.6))
        }
        return (colpus, pore)
    }

    func mesh() -> Mesh {
        var mesh = Mesh.star(divisions: 150, smooth: body.radius, surface: surface)
        mesh.tips = spines.points.map { $0 * surface($0, body.radius($0)).radius }
        return mesh
    }

    private func surface(_ d: Vector, _ bodyRadius: Float) -> SurfacePoint {
        var radius = bodyRadius
        let (colpus, pore) = Self.furrow(d, radius: radius, width: furrowWidth)
        let triple = d.x * d.x * d.x - 3 * d.x * d.y * d.y
        radius *= 1 - lobes * triple
        let smooth = radius - furrowDepth * colpus - 0.5 * pore
        var height: Float = 0
        for index in spines.near(d) {
            let distance = (d - spines.points[Int(index)]).length * radius / spineRadius
            if distance < 1 { height = max(height, spineHeights[Int(index)] * pow(1 - distance, 1.15)) }
        }
        let grain = 0.04 * noise(d * (radius * 1.6))
        return SurfacePoint(radius: smooth + height + grain, ornament: height, wall: 1 - 0.7 * colpus)
    }
}
