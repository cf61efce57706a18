import Foundation
import Imaging

/// The scanning electron microscope: secondary electrons, one detector at the side, 8 bits of grey.
///
/// Yield grows as a power of 1 / cos of the tilt, convex ends give more and hollows give less (their electrons are
/// caught again), the side away from the detector and what lies behind a body as seen from it are darker.
enum ElectronMicroscope {
    struct Image: Sendable {
        /// 0...1.
        let grey: Plane
        /// Index of the uppermost object, -1 for the substrate.
        let owner: [Int32]
    }

    private static let substrate: Int32 = -1

    /// - Parameter reliefs: bodies on the picture's own grid; nil where an object is not seen.
    static func image(
        reliefs: [Relief?], width: Int, height: Int, step: Float, seed: UInt64, index: Int
    ) -> Image {
        var random = RandomStream(seed, UInt64(index), 5)
        let texture = Noise(&random)
        let tone = random.uniform(0.225...0.245)
        let toward = -0.9 + random.normal(0, 0.03)
        let detector = SIMD2<Float>(cos(toward), sin(toward))

        // Height of the scene, and who is uppermost.
        var scene = Plane(width: width, height: height)
        var owner = [Int32](repeating: substrate, count: width * height)
        for (number, relief) in reliefs.enumerated() {
            guard let relief, let part = relief.overlap(width: width, height: height) else { continue }
            for y in part.y {
                for x in part.x {
                    let z = relief.top[y * relief.width + x]
                    let at = (y + relief.y0) * width + x + relief.x0
                    if z > scene.values[at] {
                        scene.values[at] = z
                        owner[at] = Int32(number)
                    }
                }
            }
        }

        let ground = scene
        let offsets = ShadowStep.path(toward: detector, step: step)
        var shade = Plane(width: width, height: height)
        shade.values.parallelRows(height: height) { y, row in
            // Shadows are soft: one ray for 2 x 2 pixels is enough.
            for x in stride(from: 0, to: width, by: 2) {
                let blocked = shadow(ground, x: x, y: y & ~1, offsets)
                row[x] = blocked
                if x + 1 < width { row[x + 1] = blocked }
            }
        }
        let shades = shade.blurred(0.45 / step)

        let sigmas: [Float] = [0.28, 1.3, 4.5]
        let base = scene
        let blurred = parallelMap(count: 3) { base.blurred(sigmas[$0] / step) }
        let (near, around, wide) = (blurred[0], blurred[1], blurred[2])
        let owners = owner
        var grey = Plane(width: width, height: height)
        grey.values.parallelRows(height: height) { y, row in
            for x in 0..<width {
                let i = y * width + x
                let z = base.values[i]
                let mine = owners[i]
                func slope(_ before: Int, _ after: Int, _ hasBefore: Bool, _ hasAfter: Bool) -> Float {
                    let b = hasBefore && owners[before] == mine
                    let a = hasAfter && owners[after] == mine
                    if a && b { return calm(z - base.values[before], base.values[after] - z) / step }
                    if a { return (base.values[after] - z) / step }
                    if b { return (z - base.values[before]) / step }
                    return 0
                }
                let gx = slope(i - 1, i + 1, x > 0, x + 1 < width)
                let gy = slope(i - width, i + width, y > 0, y + 1 < height)
                let secant = (1 + gx * gx + gy * gy).squareRoot()
                let facing = -(gx * detector.x + gy * detector.y) / secant
                let hollow = exp(-max(0, around.values[i] - z) * 0.3 - max(0, wide.values[i] - z) * 0.075)
                let shade = shades.values[i]
                if mine == substrate {
                    let (px, py) = (Float(x) * step, Float(y) * step)
                    let grain =
                        texture(Vector(px * 0.12, py * 0.12, 0)) * 0.5 + texture(Vector(px * 0.9, py * 0.9, 3)) * 0.35
                        + texture(Vector(px * 2.6, py * 2.6, 5)) * 0.2
                    row[x] = tone * (1 + 0.1 * grain) * hollow * (1 - 0.4 * shade)
                } else {
                    let yield = 0.37 * pow(min(secant, 4.5), 0.55) * (1 + 0.27 * facing)
                    let edge = max(-1, min(1, (z - near.values[i]) / 0.3))
                    row[x] = yield * hollow * (1 - 0.3 * shade) + 0.16 * edge * (0.5 + 0.5 * hollow)
                }
            }
        }
        var image = grey.blurred(0.7)
        image.values.parallelRows(height: height) { y, row in
            var random = RandomStream(seed, UInt64(index), 6, UInt64(y))
            for x in 0..<width {
                row[x] = max(0, min(1, row[x] + random.normal() * (0.008 + 0.008 * row[x].squareRoot())))
            }
        }
        return Image(grey: image, owner: owner)
    }

    /// Mean of the slopes on either side, but the gentler one where they tell of an edge between them.
    private static func calm(_ before: Float, _ after: Float) -> Float {
        let (small, large) = abs(before) < abs(after) ? (before, after) : (after, before)
        return abs(large) > 0.25 && abs(large) > 4 * abs(small) ? small : (before + after) / 2
    }

    /// A place on the way to the detector, relative to where an electron leaves.
    private struct ShadowStep: Sendable {
        let x: Int
        let y: Int
        /// Height of the way above its start, in µm.
        let rise: Float
        /// Height above the way that blocks half of the electrons, in µm.
        let half: Float

        static func path(toward: SIMD2<Float>, step: Float) -> [ShadowStep] {
            var path: [ShadowStep] = []
            var distance: Float = 0.6
            while distance < 30 {
                let place = (toward * (distance / step)).rounded(.toNearestOrAwayFromZero)
                path.append(
                    ShadowStep(x: Int(place.x), y: Int(place.y), rise: distance * 0.8, half: 1 + 0.35 * distance))
                distance *= 1.12
            }
            return path
        }
    }

    /// How much of the way to the detector is blocked, 0...1.
    private static func shadow(_ scene: Plane, x: Int, y: Int, _ path: [ShadowStep]) -> Float {
        let z = scene.values[y * scene.width + x]
        var blocked: Float = 0
        for place in path {
            let (px, py) = (x + place.x, y + place.y)
            if px < 0 || py < 0 || px >= scene.width || py >= scene.height { break }
            let above = scene.values[py * scene.width + px] - z - place.rise
            if above > 0 { blocked = max(blocked, above / (above + place.half)) }
        }
        return blocked
    }
}
