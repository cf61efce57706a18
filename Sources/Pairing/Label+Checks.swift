extension Label {
    /// Least size of a labelled object, in pixels: less is a slip of the unit or of the hand.
    private static let leastPixels = 2.0

    /// Why it cannot be right, whatever the picture; nil where it can.
    var fault: String? {
        if isInShares {
            let (low, high) = (shape.corners[0], shape.corners[1])
            let isWithin = low.min() >= -0.01 && high.max() <= 1.01 && (high - low).min() > 0
            return isWithin ? nil : "is no box in shares of the picture, 0 to 1"
        }
        guard shape.corners.allSatisfy({ abs($0.x) < 1e6 && abs($0.y) < 1e6 }) else {
            return "has a number that is not finite, or beyond any picture"
        }
        switch shape {
        case .point: return nil
        case .box(let low, let high):
            guard high.x > low.x, high.y > low.y else {
                return "is a box that ends at \(Self.text(high)), not beyond its start \(Self.text(low)): boxes are x0, y0, "
                    + "x1, y1 here, and x, y, width, height only under those names"
            }
        case .ellipse(_, let halfAxes, let angle):
            guard halfAxes.min() > 0, angle.isFinite else { return "is an ellipse without size" }
        case .polygon(let points):
            guard points.count >= 3 else { return "is a polygon of \(points.count) points" }
        }
        let (low, high) = shape.bounds
        guard (high - low).min() >= Self.leastPixels else {
            return "is smaller than \(Int(Self.leastPixels)) pixels: labels are in pixels"
        }
        return nil
    }

    /// Why it cannot belong to a picture of this size; nil where it can.
    func fault(width: Int, height: Int, named name: String) -> String? {
        let size = SIMD2(Double(width), Double(height))
        let (low, high) = shape.bounds
        let inside = pointwiseMin(high, size) - pointwiseMax(low, .zero), whole = high - low
        let isFine: Bool =
            if case .point(let p) = shape {
                p.x > -1 && p.y > -1 && p.x < size.x && p.y < size.y
            } else {
                // Hands slip over the edge; half of an object does not.
                inside.min() > 0 && inside.x * inside.y >= 0.5 * whole.x * whole.y
            }
        guard !isFine else { return nil }
        return "lies outside of \(name): \(Self.text(low)) to \(Self.text(high)) in a picture of \(width) x \(height) pixels"
    }

    /// In pixels of a picture of this size.
    func inPixels(width: Int, height: Int) -> Label {
        guard isInShares, case .box(let low, let high) = shape else { return self }
        let size = SIMD2(Double(width), Double(height))
        return Label(species, .box(low * size - 0.5, high * size - 0.5), at: place)
    }

    /// Whether both mark the same object: the same shape within half a pixel.
    func repeats(_ other: Label) -> Bool {
        let mine = shape.corners, others = other.shape.corners
        let reach = isInShares ? 1e-4 : 0.5
        guard mine.count == others.count, isInShares == other.isInShares else { return false }
        switch (shape, other.shape) {
        case (.point, .point), (.box, .box), (.ellipse, .ellipse), (.polygon, .polygon):
            return zip(mine, others).allSatisfy { abs($0.x - $1.x) <= reach && abs($0.y - $1.y) <= reach }
        default: return false
        }
    }

    static func text(_ point: SIMD2<Double>) -> String {
        func short(_ value: Double) -> String {
            abs(value) < 1e9 && value == value.rounded() ? "\(Int(value))" : "\((value * 100).rounded() / 100)"
        }
        return "\(short(point.x)), \(short(point.y))"
    }
}

extension Label.Shape {
    /// Points that hold it, in the order of their definition.
    var corners: [SIMD2<Double>] {
        switch self {
        case .point(let p): [p]
        case .box(let low, let high): [low, high]
        case .ellipse(let centre, let halfAxes, _): [centre - halfAxes, centre + halfAxes]
        case .polygon(let points): points
        }
    }

    var bounds: (low: SIMD2<Double>, high: SIMD2<Double>) {
        corners.dropFirst().reduce((corners[0], corners[0])) { (pointwiseMin($0.0, $1), pointwiseMax($0.1, $1)) }
    }
}
