internal import Foundation
package import Imaging

/// Finds spines in an electron micrograph or a generated one: bright spots of their size.
package struct SpineDetector: Sendable {
    /// Standard deviations of the two Gaussians whose difference is taken, in nm: a spine's base is 0.5 to 0.8 µm wide.
    package var innerNm = 250.0
    package var outerNm = 660.0
    /// Height of a spot in units of the local standard deviation of that difference.
    package var threshold: Float = 0.5
    /// Least distance of two spots, in nm.
    package var distanceNm = 600.0

    package init() {}

    /// Positions in pixels, to a fraction of one.
    package func find(in picture: Picture<Float>, nmPerPixel: Double) -> [SIMD2<Double>] {
        let grey = picture.grey
        let inner = grey.blurred(sigma: innerNm / nmPerPixel), outer = grey.blurred(sigma: outerNm / nmPerPixel)
        var spots = inner
        for i in spots.samples.indices { spots.samples[i] -= outer.samples[i] }
        let power = spots.map { $0 * $0 }.blurred(sigma: 1000 / nmPerPixel)
        for i in spots.samples.indices { spots.samples[i] /= (power.samples[i] + 1e-4).squareRoot() }
        let (width, height) = (spots.width, spots.height)
        let reach = max(1, Int((distanceNm / nmPerPixel).rounded()))
        var found: [SIMD2<Double>] = []
        spots.samples.withUnsafeBufferPointer { s in
            for y in 1..<height - 1 {
                for x in 1..<width - 1 {
                    let here = s[y * width + x]
                    guard here > threshold, here >= s[y * width + x - 1], here > s[y * width + x + 1],
                        here >= s[(y - 1) * width + x], here > s[(y + 1) * width + x]
                    else { continue }
                    var isHighest = true
                    for v in max(0, y - reach)...min(height - 1, y + reach) where isHighest {
                        for u in max(0, x - reach)...min(width - 1, x + reach) where s[v * width + u] > here {
                            isHighest = false
                            break
                        }
                    }
                    guard isHighest else { continue }
                    func offset(_ before: Float, _ after: Float) -> Double {
                        let bend = Double(before - 2 * here + after)
                        return bend < 0 ? max(-0.5, min(0.5, 0.5 * Double(before - after) / bend)) : 0
                    }
                    found.append(
                        SIMD2(
                            Double(x) + offset(s[y * width + x - 1], s[y * width + x + 1]),
                            Double(y) + offset(s[(y - 1) * width + x], s[(y + 1) * width + x])))
                }
            }
        }
        return found
    }
}
