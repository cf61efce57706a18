internal import Foundation
internal import Quantities

/// Cuts an outline into parts where a person says that it holds several grains.
package enum OutlineCut {
    /// The parts to both sides of the straight line through two points: two, or one where the line misses the outline.
    /// Sutherland and Hodgman's clipping: what a concave outline has on one side stays one part.
    package static func halves(of outline: [Grain.Point], from: Grain.Point, to: Grain.Point) -> [[Grain.Point]] {
        let (dx, dy) = (to.x - from.x, to.y - from.y)
        func side(_ point: Grain.Point) -> Double { dx * (point.y - from.y) - dy * (point.x - from.x) }
        return [1.0, -1].map { sign in
            var part: [Grain.Point] = []
            for (one, next) in zip(outline, outline.dropFirst() + outline.prefix(1)) {
                let (a, b) = (sign * side(one), sign * side(next))
                if a >= 0 { part.append(one) }
                if (a >= 0) != (b >= 0) {
                    let share = a / (a - b)
                    part.append(Grain.Point(x: one.x + share * (next.x - one.x), y: one.y + share * (next.y - one.y)))
                }
            }
            return part
        }.filter { $0.count >= 3 && area($0) > 0.5 }
    }

    /// Parts along the longer axis, cut across it where the outline is narrowest near equal areas.
    package static func parts(of outline: [Grain.Point], count: Int) -> [[Grain.Point]] {
        precondition(count > 0, "an outline has a part")
        guard count > 1, outline.count >= 3 else { return [outline] }
        let axis = longAxis(of: outline)
        func along(_ point: Grain.Point) -> Double { point.x * axis.x + point.y * axis.y }
        let low = outline.map(along).min()!, high = outline.map(along).max()!
        /// The outline cut across at a place along its axis.
        func cut(_ outline: [Grain.Point], at place: Double) -> (before: [Grain.Point], after: [Grain.Point]) {
            let foot = Grain.Point(x: axis.x * place, y: axis.y * place)
            let parts = halves(of: outline, from: foot, to: Grain.Point(x: foot.x - axis.y, y: foot.y + axis.x))
            guard parts.count == 2 else { return (outline, []) }
            let first = parts[0].map(along).reduce(0, +) / Double(parts[0].count)
            let second = parts[1].map(along).reduce(0, +) / Double(parts[1].count)
            return first < second ? (parts[0], parts[1]) : (parts[1], parts[0])
        }
        func width(at place: Double) -> Double {
            let step = 0.5
            return area(cut(cut(outline, at: place - step).after, at: place + step).before)
        }
        var rest = outline
        var parts: [[Grain.Point]] = []
        for number in 1..<count {
            let wanted = low + (high - low) * Double(number) / Double(count)
            let reach = (high - low) / Double(count) * 0.3
            let places = stride(from: wanted - reach, through: wanted + reach, by: max(0.5, reach / 20))
            let best = places.min { width(at: $0) < width(at: $1) } ?? wanted
            let (before, after) = cut(rest, at: best)
            guard !after.isEmpty else { break }
            parts.append(before)
            rest = after
        }
        return parts + [rest]
    }

    private static func area(_ outline: [Grain.Point]) -> Double {
        var sum = 0.0
        for (a, b) in zip(outline, outline.dropFirst() + outline.prefix(1)) { sum += a.x * b.y - b.x * a.y }
        return abs(sum) / 2
    }

    /// Unit vector, from the second moments of the corners spread evenly along the outline.
    private static func longAxis(of outline: [Grain.Point]) -> (x: Double, y: Double) {
        var points: [(Double, Double)] = []
        for (a, b) in zip(outline, outline.dropFirst() + outline.prefix(1)) {
            let length = hypot(b.x - a.x, b.y - a.y)
            for step in 0..<max(1, Int(saturating: length)) {
                let share = Double(step) / max(1, Double(Int(saturating: length)))
                points.append((a.x + share * (b.x - a.x), a.y + share * (b.y - a.y)))
            }
        }
        let count = Double(points.count)
        let mean = (points.reduce(0) { $0 + $1.0 } / count, points.reduce(0) { $0 + $1.1 } / count)
        var (xx, xy, yy) = (0.0, 0.0, 0.0)
        for (x, y) in points {
            xx += (x - mean.0) * (x - mean.0)
            xy += (x - mean.0) * (y - mean.1)
            yy += (y - mean.1) * (y - mean.1)
        }
        let angle = 0.5 * atan2(2 * xy, xx - yy)
        return (cos(angle), sin(angle))
    }
}
