extension Label {
    /// Least size of a labelled object, in pixels: less is a slip of the unit or of the hand.
    private static let leastPixels = 2.0

    /// Why it cannot be right, whatever the picture; nil where it can.
    var fault: String? {
        if unit == .shares {
            let whole = -0.01...1.01
            let isWithin = shape.corners.allSatisfy { whole.contains($0.x) && whole.contains($0.y) }
            return isWithin ? nil : "does not lie in shares of the picture, 0 to 1"
        }
        guard shape.corners.allSatisfy({ abs($0.x) < 1e6 && abs($0.y) < 1e6 }) else {
            return "has a number that is not finite, or beyond any picture"
        }
        switch shape {
        case .point(let p):
            let isShare = unit == .pixels && p.min() >= 0 && p.max() <= 1 && p != p.rounded(.down)
            return isShare ? "lies within the first pixel: labels are in pixels, not in shares of the picture" : nil
        case .box(let low, let high):
            guard high.x > low.x, high.y > low.y else {
                return
                    "is a box that ends at \(Self.text(high)), not beyond its start \(Self.text(low)): boxes are x0, y0, "
                    + "x1, y1 here, and x, y, width, height only under those names"
            }
        case .ellipse(_, let halfAxes, let angle):
            guard halfAxes.min() > 0, angle.isFinite else { return "is an ellipse without size" }
        case .polygon(let points):
            guard points.count >= 3 else { return "is a polygon of \(points.count) points" }
        }
        let (low, high) = shape.bounds
        guard unit != .pixels || (high - low).min() >= Self.leastPixels else {
            return "is smaller than \(Int(Self.leastPixels)) pixels: labels are in pixels"
        }
        return nil
    }

    /// Why it cannot belong to a picture of this size; nil where it can.
    func fault(width: Int, height: Int, named name: String) -> String? {
        let size = SIMD2(Double(width), Double(height))
        let (low, high) = shape.bounds
        if case .point = shape {
        } else if (high - low).min() < Self.leastPixels {
            return "is smaller than \(Int(Self.leastPixels)) pixels of \(name)"
        }
        let inside = pointwiseMin(high, size) - pointwiseMax(low, .zero), whole = high - low
        let isFine: Bool =
            if case .point(let p) = shape {
                p.x > -1 && p.y > -1 && p.x < size.x && p.y < size.y
            } else {
                // Hands slip over the edge; half of an object does not.
                inside.min() > 0 && inside.x * inside.y >= 0.5 * whole.x * whole.y
            }
        guard !isFine else { return nil }
        return
            "lies outside of \(name): \(Self.text(low)) to \(Self.text(high)) in a picture of \(width) x \(height) pixels"
    }

    /// In pixels of a picture of this size and scale.
    func inPixels(width: Int, height: Int, nmPerPixel: Double) -> Label {
        switch unit {
        case .pixels: self
        case .shares: Label(species, shape.inPixels(SIMD2(Double(width), Double(height))), at: place)
        case .micrometres: Label(species, shape.inPixels(SIMD2(repeating: 1000 / nmPerPixel)), at: place)
        }
    }

    /// What two labels of one object have in common of what both cover together; touching grains have next to nothing.
    private static let sameObject = 0.7

    /// Whether both mark the same object, whatever their forms: their bounds are nearly the same.
    func repeats(_ other: Label) -> Bool {
        guard unit == other.unit else { return false }
        let ((low, high), (otherLow, otherHigh)) = (shape.bounds, other.shape.bounds)
        switch (shape, other.shape) {
        case (.point, .point):
            return pointwiseMax(low - otherLow, otherLow - low).max() <= (unit == .pixels ? 0.5 : 0.05)
        case (.point, _), (_, .point): return false
        default: break
        }
        func area(_ size: SIMD2<Double>) -> Double { max(0, size.x) * max(0, size.y) }
        let common = area(pointwiseMin(high, otherHigh) - pointwiseMax(low, otherLow))
        return common >= Self.sameObject * (area(high - low) + area(otherHigh - otherLow) - common)
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

    /// Counted from the picture's upper left corner, in units of so many pixels; ellipses in square ones.
    func inPixels(_ scale: SIMD2<Double>) -> Label.Shape {
        func place(_ p: SIMD2<Double>) -> SIMD2<Double> { p * scale - 0.5 }
        return switch self {
        case .point(let p): .point(place(p))
        case .box(let low, let high): .box(place(low), place(high))
        case .ellipse(let centre, let halfAxes, let angle):
            .ellipse(centre: place(centre), halfAxes: halfAxes * scale, angle: angle)
        case .polygon(let points): .polygon(points.map(place))
        }
    }

    var bounds: (low: SIMD2<Double>, high: SIMD2<Double>) {
        corners.dropFirst().reduce((corners[0], corners[0])) { (pointwiseMin($0.0, $1), pointwiseMax($0.1, $1)) }
    }
}
