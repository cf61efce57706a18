import Foundation

/// A tapering plant hair, straight or bent, sometimes of several cells.
struct Hair: Solid {
    private let path: [Vector]
    private let radius: Float
    private let cells: Float
    let semiAxes: Vector

    init(_ random: inout RandomStream) {
        let half = random.uniform(14...34)
        radius = random.uniform(1.5...4)
        cells = random.chance(0.5) ? random.uniform(6...16) : 0
        let bend = random.uniform(-0.35...0.35) * half
        let steps = Int(half * 6)
        let radius = radius
        path = (0...steps).map { step in
            let t = 2 * Float(step) / Float(steps) - 1
            return Vector(half * t, bend * (t * t - 0.4), 0.2 * radius * t)
        }
        semiAxes = Vector(half, abs(bend) * 0.6 + radius, radius)
    }

    func mesh() -> Mesh {
        Mesh.tube(
            along: path,
            radius: { step, _ in
                let t = Float(step) / Float(path.count - 1)
                let waist = cells > 0 ? 1 - 0.12 * abs(sin(t * cells * .pi)) : 1
                return max(0.15, radius * (1 - t)) * waist * min(1, 0.3 + 12 * t)
            },
            around: 36)
    }
}
