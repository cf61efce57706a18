import Foundation

/// A blurred speck or ring far from the focal plane.
struct Speck: Sendable {
    let x: Float
    let y: Float
    /// In µm.
    let radius: Float
    /// Relative change of brightness; negative is dark.
    let depth: Float
    let ring: Bool

    init(width: Float, height: Float, _ random: inout RandomStream) {
        x = random.uniform(-5...(width + 5))
        y = random.uniform(-5...(height + 5))
        radius = random.uniform(0.6...3.2)
        depth = random.uniform(-0.09...0.035)
        ring = random.chance(0.4)
    }

    func factor(x px: Float, y py: Float) -> Float {
        let (dx, dy) = (px - x, py - y)
        let r = (dx * dx + dy * dy).squareRoot() / radius
        if r > 3.5 { return 1 }
        return 1 + depth * (ring ? exp(-(r - 1.2) * (r - 1.2) * 5) - 0.5 * exp(-r * r * 2) : exp(-r * r))
    }
}
