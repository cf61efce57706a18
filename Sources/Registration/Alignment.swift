internal import Foundation
import Imaging

/// Judges and refines a position by the correlation coefficient of two pictures where they overlap.
struct Alignment {
    /// Whether scale and rotation are fitted beside the shift.
    let fitsTurn: Bool

    /// The correlation at a position.
    func judge(_ transform: Similarity, _ moving: Picture<Float>, onto fixed: Picture<Float>) -> Registration {
        let seen = moving.warped(
            transform.inverse.matrix, width: fixed.width, height: fixed.height, outside: .nan)
        var sums = Sums()
        seen.samples.withUnsafeBufferPointer { seen in
            fixed.samples.withUnsafeBufferPointer { fixed in
                for pixel in fixed.indices where !seen[pixel].isNaN {
                    sums.add(Double(seen[pixel]), Double(fixed[pixel]))
                }
            }
        }
        return registration(transform, sums, moving, fixed)
    }

    /// Gauss-Newton steps on the correlation coefficient until they fall below a thousandth of a pixel.
    /// - Parameter goesOn: asked before each; false ends them.
    func refine(
        _ start: Similarity, _ moving: Picture<Float>, onto fixed: Picture<Float>, iterations: Int,
        while goesOn: () -> Bool = { true }
    ) -> Registration {
        let smooth = moving.blurred(sigma: 1), target = fixed.blurred(sigma: 1)
        // The blur mirrored the edges: what lies there does not count.
        let margin = min(3, min(moving.width, moving.height, fixed.width, fixed.height) / 8)
        let layers = smooth.withGradient(missingAtEdges: margin)
        let middle = fixed.middle
        let radius = Double(max(fixed.width, fixed.height)) / 2
        let unknowns = fitsTurn ? 4 : 2
        var best: Registration?
        // Fixed to moving, about the fixed picture's middle: [a -b; b a] (p - middle) + t.
        var inverse = start.inverse
        for _ in 0..<iterations where goesOn() {
            let seen = layers.warped(inverse.matrix, width: fixed.width, height: fixed.height, outside: .nan)
            var sums = Sums()
            let step = step(seen, target, middle, radius, unknowns, margin, &sums)
            let here = registration(inverse.inverse, sums, moving, fixed)
            // Overlap lost is no gain: positions that slide apart are given up.
            if let best, here.correlation < best.correlation - 1e-4 || here.overlap < 0.5 * best.overlap { break }
            best = here
            guard let step, step.contains(where: { abs($0) >= 1e-3 }) else { break }
            let turned = fitsTurn ? SIMD2(step[2], step[3]) / radius : .zero
            let a = inverse.scale * cos(inverse.rotation) + turned.x
            let b = inverse.scale * sin(inverse.rotation) + turned.y
            inverse = Similarity(
                scale: fitsTurn ? (a * a + b * b).squareRoot() : inverse.scale,
                rotation: fitsTurn ? atan2(b, a) : inverse.rotation, moving: middle,
                to: inverse(middle) + SIMD2(step[0], step[1]))
        }
        return best ?? judge(start, smooth, onto: target)
    }

    /// One step for shift (pixels) and turn (pixels at `radius`); nil where the pictures give none.
    /// - Parameter sums: what the correlation at this position is made of.
    private func step(
        _ seen: Picture<Float>, _ target: Picture<Float>, _ middle: SIMD2<Double>, _ radius: Double, _ unknowns: Int,
        _ margin: Int, _ sums: inout Sums
    ) -> [Double]? {
        let (width, height) = (target.width, target.height)
        seen.samples.withUnsafeBufferPointer { seen in
            target.samples.withUnsafeBufferPointer { target in
                for y in margin..<height - margin {
                    for pixel in y * width + margin..<(y + 1) * width - margin where !seen[3 * pixel].isNaN {
                        sums.add(Double(seen[3 * pixel]), Double(target[pixel]))
                    }
                }
            }
        }
        guard sums.count > 16 else { return nil }
        let meanSeen = sums.a / sums.count, meanTarget = sums.b / sums.count
        // Rows of the normal matrix, and what the derivatives have in common with the pictures.
        var rows = [SIMD4<Double>](repeating: .zero, count: 4)
        var withSeen = SIMD4<Double>.zero, withTarget = SIMD4<Double>.zero, total = SIMD4<Double>.zero
        var seenSquared = 0.0, product = 0.0
        seen.samples.withUnsafeBufferPointer { seen in
            target.samples.withUnsafeBufferPointer { wanted in
                var row0 = SIMD4<Double>.zero, row1 = row0, row2 = row0, row3 = row0
                for y in margin..<height - margin {
                    let v = (Double(y) - middle.y) / radius
                    for x in margin..<width - margin {
                        let pixel = y * width + x
                        if seen[3 * pixel].isNaN { continue }
                        let gx = Double(seen[3 * pixel + 1]), gy = Double(seen[3 * pixel + 2])
                        let u = (Double(x) - middle.x) / radius
                        let j = SIMD4(gx, gy, gx * u + gy * v, gy * u - gx * v)
                        let s = Double(seen[3 * pixel]) - meanSeen, t = Double(wanted[pixel]) - meanTarget
                        seenSquared += s * s
                        product += s * t
                        withSeen += j * s
                        withTarget += j * t
                        total += j
                        row0 += j * j.x
                        row1 += j * j.y
                        row2 += j * j.z
                        row3 += j * j.w
                    }
                }
                rows = [row0, row1, row2, row3]
            }
        }
        var normal = [Double](repeating: 0, count: 16)
        // The means move with the position too.
        for row in 0..<4 {
            for column in 0..<4 {
                normal[row * 4 + column] = rows[row][column] - total[row] * total[column] / sums.count
            }
        }
        let seenPart = (0..<4).map { withSeen[$0] }, targetPart = (0..<4).map { withTarget[$0] }
        guard let projected = solved(normal, seenPart, unknowns), let wanted = solved(normal, targetPart, unknowns)
        else { return nil }
        let dot = { (a: [Double], b: [Double]) in zip(a, b).map(*).reduce(0, +) }
        let upper = seenSquared - dot(seenPart, projected), lower = product - dot(seenPart, wanted)
        guard lower > 0 else { return nil }
        let gain = upper / lower
        return (0..<unknowns).map { gain * wanted[$0] - projected[$0] }
    }

    private func registration(
        _ transform: Similarity, _ sums: Sums, _ moving: Picture<Float>, _ fixed: Picture<Float>
    ) -> Registration {
        let smaller = min(
            Double(moving.width * moving.height) * transform.scale * transform.scale,
            Double(fixed.width * fixed.height))
        return Registration(
            transform: transform, confidence: 0, correlation: sums.correlation, overlap: min(1, sums.count / smaller))
    }
}

/// What a correlation coefficient is made of.
private struct Sums {
    var count = 0.0, a = 0.0, b = 0.0, aa = 0.0, bb = 0.0, ab = 0.0

    mutating func add(_ x: Double, _ y: Double) {
        count += 1
        a += x
        b += y
        aa += x * x
        bb += y * y
        ab += x * y
    }

    var correlation: Double {
        let varianceA = aa - a * a / max(1, count), varianceB = bb - b * b / max(1, count)
        guard varianceA > 1e-9 * aa, varianceB > 1e-9 * bb else { return 0 }
        return (ab - a * b / count) / (varianceA * varianceB).squareRoot()
    }
}

/// The solution of a symmetric positive system of up to four unknowns, by elimination; nil where it has none.
private func solved(_ matrix: [Double], _ right: [Double], _ unknowns: Int) -> [Double]? {
    var m = matrix, r = right
    for pivot in 0..<unknowns {
        guard m[pivot * 4 + pivot] > 1e-12 * abs(matrix[0]) else { return nil }
        for row in pivot + 1..<max(pivot + 1, unknowns) {
            let factor = m[row * 4 + pivot] / m[pivot * 4 + pivot]
            for column in pivot..<unknowns { m[row * 4 + column] -= factor * m[pivot * 4 + column] }
            r[row] -= factor * r[pivot]
        }
    }
    for row in (0..<unknowns).reversed() {
        for column in row + 1..<max(row + 1, unknowns) { r[row] -= m[row * 4 + column] * r[column] }
        r[row] /= m[row * 4 + row]
    }
    return Array(r.prefix(unknowns))
}
