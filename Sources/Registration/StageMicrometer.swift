internal import Foundation
package import Imaging

/// The distance of the lines of a stage micrometer in a picture of it.
///
/// The lines run within 30 degrees of the picture's rows or columns. Their frequency along the other direction is the
/// strongest of the picture's spectrum, summed over bands so that a slant does not blur it; then the phase at that
/// frequency is followed across the picture and along the lines, which gives the frequency and the slant to a small
/// part of a line's distance (the method of the vernier).
package struct StageMicrometer: Sendable, Equatable {
    /// Distance of neighbouring lines, across them, in pixels.
    package let pixelsPerDivision: Double
    /// Standard error of that, in pixels.
    package let standardErrorPixels: Double
    /// Of the lines against the picture's rows or columns.
    package let slantDegrees: Double

    /// Least number of lines that a measurement rests on.
    private static let leastLines = 5.0
    /// Lines closer than this are not resolved.
    private static let leastPixels = 4.0
    /// Along the lines.
    private static let bandPixels = 8
    /// Of the strongest frequency over the mean of all.
    private static let leastProminence = 20.0

    /// Nil where the picture shows no regular lines.
    package init?(_ picture: Picture<Float>) {
        let grey = picture.grey
        let candidates = [false, true].compactMap { Self.measured(grey, isTransposed: $0) }
        guard let best = candidates.max(by: { $0.prominence < $1.prominence }), best.prominence >= Self.leastProminence
        else { return nil }
        let cosine = cos(best.slant)
        pixelsPerDivision = best.period * cosine
        standardErrorPixels = best.error * cosine
        slantDegrees = best.slant * 180 / .pi
    }

    private struct Measurement {
        /// Along the rows (or columns, if transposed), in pixels.
        let period: Double
        let error: Double
        /// Radians.
        let slant: Double
        let prominence: Double
    }

    private static func measured(_ picture: Picture<Float>, isTransposed: Bool) -> Measurement? {
        let length = isTransposed ? picture.height : picture.width
        let depth = isTransposed ? picture.width : picture.height
        guard Double(length) > leastLines * leastPixels, depth >= 2 * bandPixels else { return nil }
        func sample(_ along: Int, _ across: Int) -> Double {
            Double(isTransposed ? picture[across, along, 0] : picture[along, across, 0])
        }
        // A profile a band, without what changes slowly, windowed.
        var bands: [[Double]] = []
        for start in stride(from: 0, through: depth - bandPixels, by: bandPixels) {
            var profile = (0..<length).map { x in
                (start..<start + bandPixels).reduce(0) { $0 + sample(x, $1) } / Double(bandPixels)
            }
            let mean = profile.reduce(0, +) / Double(length)
            let slope =
                zip(profile, 0...).reduce(0) { $0 + ($1.0 - mean) * (Double($1.1) - Double(length - 1) / 2) }
                / (Double(length) * (Double(length) * Double(length) - 1) / 12)
            for x in profile.indices {
                let window = 0.5 - 0.5 * cos(2 * .pi * (Double(x) + 0.5) / Double(length))
                profile[x] = (profile[x] - mean - slope * (Double(x) - Double(length - 1) / 2)) * window
            }
            bands.append(profile)
        }
        // Half a cycle a step: no frequency falls between two.
        let steps = Int(2 * leastLines)...Int(2 * Double(length) / leastPixels)
        let powers = steps.map { step -> Double in
            let frequency = Double(step) / 2 / Double(length)
            return bands.reduce(0) { sum, band in
                let value = component(band, frequency, 0..<length)
                return sum + value.re * value.re + value.im * value.im
            }
        }
        let mean = powers.reduce(0, +) / Double(powers.count)
        guard mean > 0, let peak = powers.indices.max(by: { powers[$0] < powers[$1] }) else { return nil }
        var frequency = Double(steps.lowerBound + peak) / 2 / Double(length)
        // Phases in overlapping pieces of each band, refined until the frequency rests.
        var slantPhase = 0.0, error = 0.0
        let piece = max(length / 4, min(length, Int(3 / frequency)))
        for _ in 0..<4 {
            var points: [(x: Double, y: Double, phase: Double, weight: Double)] = []
            for (band, profile) in bands.enumerated() {
                for start in stride(from: 0, through: length - piece, by: max(1, piece / 2)) {
                    let value = component(profile, frequency, start..<start + piece)
                    let size = hypot(value.re, value.im)
                    points.append((Double(start) + Double(piece) / 2, Double(band), atan2(value.im, value.re), size))
                }
            }
            guard let plane = plane(points) else { return nil }
            frequency += plane.x / (2 * .pi)
            slantPhase = plane.y / Double(bandPixels)
            error = plane.error / (2 * .pi)
            guard frequency > 0 else { return nil }
        }
        guard Double(length) * frequency >= leastLines else { return nil }
        return Measurement(
            period: 1 / frequency, error: error / (frequency * frequency),
            slant: atan(slantPhase / (2 * .pi * frequency)), prominence: powers[peak] / mean)
    }

    private static func component(
        _ profile: [Double], _ frequency: Double, _ range: Range<Int>
    ) -> (re: Double, im: Double) {
        var (re, im) = (0.0, 0.0)
        // The phase is that of the whole picture, so that pieces compare.
        for x in range {
            let angle = 2 * .pi * frequency * Double(x)
            re += profile[x] * cos(angle)
            im -= profile[x] * sin(angle)
        }
        return (re, im)
    }

    /// Weighted least squares of a plane through phases, which wrap: steps between neighbours first, then the rest.
    private static func plane(
        _ points: [(x: Double, y: Double, phase: Double, weight: Double)]
    ) -> (x: Double, y: Double, error: Double)? {
        func wrapped(_ angle: Double) -> Double { angle - 2 * .pi * (angle / (2 * .pi)).rounded() }
        /// Mean step of the phase between points that are `distance` apart, as an angle of a sum of vectors.
        func step(_ isPair: (Int, Int) -> Bool, _ distance: (Int, Int) -> Double) -> Double {
            var (re, im, apart) = (0.0, 0.0, 1.0)
            for i in points.indices {
                for j in points.indices.dropFirst(i + 1).prefix(16) where isPair(i, j) {
                    let weight = points[i].weight * points[j].weight
                    re += weight * cos(points[j].phase - points[i].phase)
                    im += weight * sin(points[j].phase - points[i].phase)
                    apart = distance(i, j)
                }
            }
            return atan2(im, re) / apart
        }
        let xs = Set(points.map(\.x)).sorted()
        guard xs.count > 1 else { return nil }
        let dx = xs[1] - xs[0]
        let alongX = step({ points[$0].y == points[$1].y && points[$1].x - points[$0].x == dx }) { _, _ in dx }
        let alongY = step({ points[$0].x == points[$1].x && points[$1].y - points[$0].y == 1 }) { _, _ in 1 }
        var matrix = [[Double]](repeating: Array(repeating: 0, count: 4), count: 3)
        let first = points[points.count / 2]
        var residuals: [(terms: [Double], value: Double, weight: Double)] = []
        for point in points {
            let terms = [1, point.x - first.x, point.y - first.y]
            let value = wrapped(point.phase - first.phase - alongX * terms[1] - alongY * terms[2])
            residuals.append((terms, value, point.weight * point.weight))
        }
        for (terms, value, weight) in residuals {
            for i in 0..<3 {
                for j in 0..<3 { matrix[i][j] += weight * terms[i] * terms[j] }
                matrix[i][3] += weight * terms[i] * value
            }
        }
        // Inverse beside the solution, for the error.
        var m = matrix.enumerated().map { row, values in values + (0..<3).map { $0 == row ? 1.0 : 0 } }
        for pivot in 0..<3 {
            let best = (pivot..<3).max { abs(m[$0][pivot]) < abs(m[$1][pivot]) }!
            guard abs(m[best][pivot]) > 1e-30 else { return nil }
            m.swapAt(pivot, best)
            let scale = m[pivot][pivot]
            m[pivot] = m[pivot].map { $0 / scale }
            for row in 0..<3 where row != pivot {
                let factor = m[row][pivot]
                for column in 0..<7 { m[row][column] -= factor * m[pivot][column] }
            }
        }
        let solution = (0..<3).map { m[$0][3] }
        let sum = residuals.reduce(0) { sum, entry in
            let off = entry.value - zip(entry.terms, solution).reduce(0) { $0 + $1.0 * $1.1 }
            return sum + entry.weight * off * off
        }
        let variance = sum / Double(max(1, points.count - 3))
        return (alongX + solution[1], alongY + solution[2], (variance * m[1][5]).squareRoot())
    }
}
