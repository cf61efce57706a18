import Foundation

/// The part of a body's shadow that lies within the field, in pixels of its grid.
struct Silhouette: Sendable {
    let area: Int
    let centroid: SIMD2<Double>
    let low: SIMD2<Double>
    let high: SIMD2<Double>
    let onBorder: Bool
    /// Closed, centres of the grid's pixels being whole numbers.
    let outline: [SIMD2<Double>]

    /// Nil where less than `minimumArea` pixels lie within the field.
    init?(_ relief: Relief, width: Int, height: Int, minimumArea: Int) {
        guard let part = relief.overlap(width: width, height: height) else { return nil }
        var area = 0
        var sum = SIMD2<Double>.zero
        var low = SIMD2<Double>(repeating: .infinity)
        var high = -low
        var border = false
        for y in part.y {
            for x in part.x where relief.top[y * relief.width + x] > -.infinity {
                area += 1
                let p = SIMD2(Double(x + relief.x0), Double(y + relief.y0))
                sum += p
                low = pointwiseMin(low, p)
                high = pointwiseMax(high, p)
            }
        }
        guard area >= minimumArea else { return nil }
        border = low.x <= 0 || low.y <= 0 || high.x >= Double(width - 1) || high.y >= Double(height - 1)
        self.area = area
        centroid = sum / Double(area)
        self.low = low - 0.5
        self.high = high + 0.5
        onBorder = border
        outline = Self.trace(relief, part)
    }

    /// Follows the longest edge between body and background, then eases its stairs.
    private static func trace(_ relief: Relief, _ part: (x: Range<Int>, y: Range<Int>)) -> [SIMD2<Double>] {
        func inside(_ x: Int, _ y: Int) -> Bool {
            part.x.contains(x) && part.y.contains(y) && relief.top[y * relief.width + x] > -.infinity
        }
        // Corner (x, y) is the upper left of pixel (x, y); the body is kept on the right hand.
        let steps = [(1, 0), (0, 1), (-1, 0), (0, -1)]
        var best: [SIMD2<Double>] = []
        var visited = Set<Int>()
        for y in part.y {
            for x in part.x where inside(x, y) && !inside(x, y - 1) && !visited.contains(y * relief.width + x) {
                var points: [SIMD2<Double>] = []
                var (cx, cy, heading) = (x, y, 0)
                repeat {
                    points.append(SIMD2(Double(cx + relief.x0) - 0.5, Double(cy + relief.y0) - 0.5))
                    if heading == 0 { visited.insert(cy * relief.width + cx) }
                    cx += steps[heading].0
                    cy += steps[heading].1
                    // Pixels ahead of the new corner, to the right and to the left of the heading.
                    let (right, left): ((Int, Int), (Int, Int)) =
                        switch heading {
                        case 0: ((cx, cy), (cx, cy - 1))
                        case 1: ((cx - 1, cy), (cx, cy))
                        case 2: ((cx - 1, cy - 1), (cx - 1, cy))
                        default: ((cx, cy - 1), (cx - 1, cy - 1))
                        }
                    if !inside(right.0, right.1) {
                        heading = (heading + 1) % 4
                    } else if inside(left.0, left.1) {
                        heading = (heading + 3) % 4
                    }
                } while cx != x || cy != y || heading != 0
                if points.count > best.count { best = points }
            }
        }
        return eased(best)
    }

    /// Means over five corners, every third kept: within a tenth of a pixel of the mean edge.
    private static func eased(_ corners: [SIMD2<Double>]) -> [SIMD2<Double>] {
        let count = corners.count
        if count < 24 { return corners }
        return stride(from: 0, to: count, by: 4).map { at in
            (-2...2).reduce(SIMD2<Double>.zero) { $0 + corners[(at + $1 + count) % count] } / 5
        }
    }
}
