/// A rectangle of a slide in µm.
struct SlideRectangle: Sendable, Equatable {
    var low: SIMD2<Double>
    var high: SIMD2<Double>

    init(low: SIMD2<Double>, high: SIMD2<Double>) {
        self.low = low
        self.high = high
    }

    /// What a field covers; nil where it is not placed.
    init?(_ field: SlidePlacement.Field, _ description: FieldDescription) {
        guard let corner = field.positionMicrometres else { return nil }
        self.init(low: corner, high: corner + description.sizeMicrometres)
    }

    var areaSquareMicrometres: Double { (high.x - low.x) * (high.y - low.y) }

    /// Nil where the two share no area.
    func intersection(_ other: SlideRectangle) -> SlideRectangle? {
        let shared = SlideRectangle(low: pointwiseMax(low, other.low), high: pointwiseMin(high, other.high))
        return shared.low.x < shared.high.x && shared.low.y < shared.high.y ? shared : nil
    }

    /// What is left of this without the other: up to four rectangles.
    func subtracting(_ other: SlideRectangle) -> [SlideRectangle] {
        guard let hole = intersection(other) else { return [self] }
        return [
            SlideRectangle(low: low, high: SIMD2(high.x, hole.low.y)),
            SlideRectangle(low: SIMD2(low.x, hole.high.y), high: high),
            SlideRectangle(low: SIMD2(low.x, hole.low.y), high: SIMD2(hole.low.x, hole.high.y)),
            SlideRectangle(low: SIMD2(hole.high.x, hole.low.y), high: SIMD2(high.x, hole.high.y)),
        ].filter { $0.low.x < $0.high.x && $0.low.y < $0.high.y }
    }

    /// The part of a polygon that lies within (Sutherland and Hodgman, CACM 17 (1974) 32).
    func clipped(_ polygon: [SIMD2<Double>]) -> [SIMD2<Double>] {
        var points = polygon
        for (axis, limit, sign) in [(0, low.x, 1.0), (0, high.x, -1), (1, low.y, 1), (1, high.y, -1)] {
            let input = points
            points = []
            for (at, p) in input.enumerated() {
                let q = input[(at + 1) % input.count]
                let a = (p[axis] - limit) * sign, b = (q[axis] - limit) * sign
                if a >= 0 { points.append(p) }
                if (a >= 0) != (b >= 0) { points.append(p + (q - p) * (a / (a - b))) }
            }
        }
        return points
    }
}
