/// Closed polygons in pixels; the centre of the upper left pixel is (0, 0).
package enum Polygon {
    /// Spans of a polygon along those of `rows` that it meets, by the even-odd rule.
    package static func rows(
        of polygon: [SIMD2<Double>], within rows: Range<Int>, _ body: (_ row: Int, _ from: Double, _ to: Double) -> Void
    ) {
        guard polygon.count >= 3, polygon.allSatisfy({ abs($0.x) < 1e7 && abs($0.y) < 1e7 }) else { return }
        let top = max(rows.lowerBound, Int(polygon.map(\.y).min()!.rounded(.up)))
        let bottom = min(rows.upperBound - 1, Int(polygon.map(\.y).max()!.rounded(.down)))
        guard top <= bottom else { return }
        for row in top...bottom {
            let y = Double(row)
            var crossings: [Double] = []
            for (index, a) in polygon.enumerated() {
                let b = polygon[(index + 1) % polygon.count]
                if (a.y <= y) != (b.y <= y) { crossings.append(a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x)) }
            }
            crossings.sort()
            for pair in stride(from: 0, to: crossings.count - 1, by: 2) {
                body(row, crossings[pair], crossings[pair + 1])
            }
        }
    }
}

extension Polygon {
    /// Of the closed line, in pixels.
    package static func length(of polygon: [SIMD2<Double>]) -> Double {
        polygon.indices.reduce(0) { sum, index in
            let side = polygon[(index + 1) % polygon.count] - polygon[index]
            return sum + (side * side).sum().squareRoot()
        }
    }
}
