/// Rings as readers of polygons demand them: closed lines that neither cross nor touch themselves.
package enum OutlineRings {
    /// The simple rings that an outline consists of: itself, or, where it touches or crosses itself, the parts on
    /// either side; of parts that overlap or share a side, the largest. The first corner is not repeated; rings run so
    /// that x turns towards y, as RFC 7946 has outer rings. Empty where nothing encloses an area.
    package static func simple(_ outline: [SIMD2<Double>]) -> [[SIMD2<Double>]] {
        var corners: [SIMD2<Double>] = []
        for corner in outline where corner != corners.last { corners.append(corner) }
        while corners.count > 1, corners.first == corners.last { corners.removeLast() }
        guard corners.count >= 3, corners.allSatisfy({ $0.x.isFinite && $0.y.isFinite }) else { return [] }
        let rings = loops(noded(corners)).map { (ring: $0, area: area($0)) }.filter { abs($0.area) > 1e-6 }
        return rings.sorted { abs($0.area) > abs($1.area) }.reduce(into: []) { kept, next in
            if kept.contains(where: { overlap(next.ring, $0) }) { return }
            kept.append(next.area > 0 ? next.ring : next.ring.reversed())
        }
    }

    /// Signed, in square pixels (Gauss's formula).
    static func area(_ ring: [SIMD2<Double>]) -> Double {
        ring.indices.reduce(0) { sum, index in
            let (a, b) = (ring[index], ring[(index + 1) % ring.count])
            return sum + (a.x * b.y - b.x * a.y) / 2
        }
    }

    /// Whether a ring shares a side or an area with a larger one that it does not cross.
    private static func overlap(_ ring: [SIMD2<Double>], _ larger: [SIMD2<Double>]) -> Bool {
        ring.indices.contains { index in
            let middle = (ring[index] + ring[(index + 1) % ring.count]) / 2
            var isInside = false
            for (a, b) in zip(larger, larger.dropFirst() + larger.prefix(1)) {
                if share(middle, a, b) != nil { return true }
                if (a.y <= middle.y) != (b.y <= middle.y), a.x + (middle.y - a.y) / (b.y - a.y) * (b.x - a.x) > middle.x
                {
                    isInside.toggle()
                }
            }
            return isInside
        }
    }

    /// The same line with a corner wherever it meets itself.
    private static func noded(_ ring: [SIMD2<Double>]) -> [SIMD2<Double>] {
        var cuts = [[(at: Double, point: SIMD2<Double>)]](repeating: [], count: ring.count)
        for first in ring.indices {
            let (a, b) = (ring[first], ring[(first + 1) % ring.count])
            for second in ring.indices.dropFirst(first + 1) {
                let (c, d) = (ring[second], ring[(second + 1) % ring.count])
                guard min(a.x, b.x) <= max(c.x, d.x), min(c.x, d.x) <= max(a.x, b.x),
                    min(a.y, b.y) <= max(c.y, d.y), min(c.y, d.y) <= max(a.y, b.y)
                else { continue }
                for (s, t, point) in meetings(a, b, c, d) {
                    cuts[first].append((s, point))
                    cuts[second].append((t, point))
                }
            }
        }
        var result: [SIMD2<Double>] = []
        for (corner, cuts) in zip(ring, cuts) {
            if corner != result.last { result.append(corner) }
            for cut in cuts.sorted(by: { $0.at < $1.at }) where cut.point != result.last { result.append(cut.point) }
        }
        while result.count > 1, result.first == result.last { result.removeLast() }
        return result
    }

    private static func cross(_ u: SIMD2<Double>, _ v: SIMD2<Double>) -> Double { u.x * v.y - u.y * v.x }

    /// How far along a side a point lies, 0...1; nil where it is not on it.
    private static func share(_ point: SIMD2<Double>, _ from: SIMD2<Double>, _ to: SIMD2<Double>) -> Double? {
        let side = to - from
        guard abs(cross(side, point - from)) < 1e-9 else { return nil }
        let share = ((point - from) * side).sum() / (side * side).sum()
        return (0...1).contains(share) ? share : nil
    }

    /// Where two sides meet: shares along each, and the point, the very same number for both.
    private static func meetings(
        _ a: SIMD2<Double>, _ b: SIMD2<Double>, _ c: SIMD2<Double>, _ d: SIMD2<Double>
    ) -> [(Double, Double, SIMD2<Double>)] {
        // Ends that lie on the other side, also where both run along one line, are corners already.
        var found: [(Double, Double, SIMD2<Double>)] = []
        for (p, s) in [(a, 0.0), (b, 1.0)] { if let t = share(p, c, d) { found.append((s, t, p)) } }
        for (p, t) in [(c, 0.0), (d, 1.0)] { if let s = share(p, a, b) { found.append((s, t, p)) } }
        let turn = cross(b - a, d - c)
        guard found.isEmpty, turn != 0 else { return found }
        let (s, t) = (cross(c - a, d - c) / turn, cross(c - a, b - a) / turn)
        guard (0...1).contains(s), (0...1).contains(t) else { return [] }
        return [(s, t, a + s * (b - a))]
    }

    /// Splits a line at the corners that it passes more than once.
    private static func loops(_ ring: [SIMD2<Double>]) -> [[SIMD2<Double>]] {
        var loops: [[SIMD2<Double>]] = []
        var path: [SIMD2<Double>] = []
        var placeOf: [SIMD2<Double>: Int] = [:]
        for corner in ring {
            if let place = placeOf[corner] {
                loops.append(Array(path[place...]))
                for left in path[(place + 1)...] { placeOf[left] = nil }
                path.removeSubrange((place + 1)...)
            } else {
                placeOf[corner] = path.count
                path.append(corner)
            }
        }
        return loops + [path]
    }
}
