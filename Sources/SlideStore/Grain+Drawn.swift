import Foundation
import Grains

extension Grain {
    /// A grain that a person drew, measured by its outline: area, centroid and moments of the polygon by Green's
    /// theorem (Steger, On the calculation of arbitrary moments of polygons, 1996). The person is certain of it.
    /// - Parameter outline: closed polygon in pixels, inside the field; the centre of the top left pixel is (0, 0).
    /// - Throws: `invalidReview` for what is no polygon of at least a pixel.
    init(drawn outline: [Point], species: String, in field: DrawnField) throws(StoreError) {
        guard let nmPerPixel = field.nmPerPixel else {
            throw StoreError(
                .invalidReview, "a grain cannot be drawn where the scale is unknown",
                hint: "capture the field again with a calibrated objective")
        }
        let (xs, ys) = (outline.map(\.x), outline.map(\.y))
        guard outline.count >= 3, let left = xs.min(), let right = xs.max(), let top = ys.min(), let bottom = ys.max()
        else {
            throw StoreError(
                .invalidReview, "an outline has \(outline.count) corners", hint: "give the polygon three or more")
        }
        guard xs.allSatisfy(\.isFinite), ys.allSatisfy(\.isFinite), left >= -1, top >= -1,
            right <= Double(field.width), bottom <= Double(field.height)
        else {
            throw StoreError(
                .invalidReview, "an outline leaves the field of \(field.width) x \(field.height) pixels",
                hint: "give its corners in pixels of the input")
        }
        // About a point nearby, so that the sums stay small.
        let (originX, originY) = (left, top)
        var (area, x, y, xx, xy, yy) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        for (index, corner) in outline.enumerated() {
            let next = outline[(index + 1) % outline.count]
            let (ax, ay, bx, by) = (corner.x - originX, corner.y - originY, next.x - originX, next.y - originY)
            let cross = ax * by - bx * ay
            area += cross / 2
            x += (ax + bx) * cross / 6
            y += (ay + by) * cross / 6
            xx += (ax * ax + ax * bx + bx * bx) * cross / 12
            xy += (2 * ax * ay + ax * by + bx * ay + 2 * bx * by) * cross / 24
            yy += (ay * ay + ay * by + by * by) * cross / 12
        }
        guard abs(area) >= 1 else {
            throw StoreError(
                .invalidReview, "an outline encloses \(abs(area)) square pixels",
                hint: "give its corners in order around the grain")
        }
        x /= area
        y /= area
        let (varianceX, varianceY, covariance) = (xx / area - x * x, yy / area - y * y, xy / area - x * y)
        let micrometres = nmPerPixel / 1000
        let squareMicrometres = abs(area) * micrometres * micrometres
        let perimeter = outline.indices.reduce(0.0) { sum, index in
            let next = outline[(index + 1) % outline.count]
            return sum + hypot(next.x - outline[index].x, next.y - outline[index].y)
        }
        // Within one pixel of the edge counts as touching, as for what the lens finds.
        let box = Box(
            x0: max(0, left + 0.5), y0: max(0, top + 0.5), x1: min(Double(field.width), right + 0.5),
            y1: min(Double(field.height), bottom + 0.5))
        let cut = (
            left: box.x0 < 1, top: box.y0 < 1, right: Double(field.width) - box.x1 < 1,
            bottom: Double(field.height) - box.y1 < 1
        )
        let counts = field.borderRule.counts(
            left: cut.left, top: cut.top, right: cut.right, bottom: cut.bottom,
            reach: (box.x1 * micrometres, box.y1 * micrometres), guardMicrometres: field.guardMicrometres)
        self.init(
            species: species, centroidPixels: Point(x: originX + x, y: originY + y), boundingBoxPixels: box,
            areaSquareMicrometres: squareMicrometres, areaPixels: abs(area),
            equivalentDiameterMicrometres: 2 * (squareMicrometres / .pi).squareRoot(), confidence: 1,
            isOnBorder: cut.left || cut.top || cut.right || cut.bottom,
            // Clockwise, y being down.
            outlinePixels: area > 0 ? outline : outline.reversed(),
            ellipse: Ellipse(
                varianceX: varianceX, varianceY: varianceY, covariance: covariance, micrometresPerPixel: micrometres),
            circularity: min(1, 4 * .pi * abs(area) / (perimeter * perimeter)), rejection: counts ? nil : .border)
    }
}

extension Grain.Ellipse {
    /// A full ellipse has a quarter of the squared half axis as variance along each axis.
    fileprivate init(varianceX: Double, varianceY: Double, covariance: Double, micrometresPerPixel: Double) {
        let mean = (varianceX + varianceY) / 2
        let spread = hypot((varianceX - varianceY) / 2, covariance)
        let angle = 0.5 * atan2(2 * covariance, varianceX - varianceY) * 180 / .pi
        self.init(
            majorMicrometres: 4 * max(0, mean + spread).squareRoot() * micrometresPerPixel,
            minorMicrometres: 4 * max(0, mean - spread).squareRoot() * micrometresPerPixel,
            angleDegrees: angle >= 90 ? angle - 180 : angle)
    }
}

/// Between the nearest points of two closed polygons, in pixels; 0 where they touch, cross or enclose each other.
func distance(between one: [Grain.Point], and other: [Grain.Point]) -> Double {
    guard let a = one.first, let b = other.first else { return .infinity }
    if encloses(one, b) || encloses(other, a) { return 0 }
    var least = Double.infinity
    for (i, p) in one.enumerated() {
        let q = one[(i + 1) % one.count]
        for (j, r) in other.enumerated() {
            let s = other[(j + 1) % other.count]
            if cross(p, q, r, s) { return 0 }
            for (point, from, to) in [(p, r, s), (q, r, s), (r, p, q), (s, p, q)] {
                least = min(least, distance(of: point, from: from, to: to))
            }
        }
    }
    return least
}

/// By the even-odd rule.
private func encloses(_ polygon: [Grain.Point], _ point: Grain.Point) -> Bool {
    var isInside = false
    for (index, a) in polygon.enumerated() {
        let b = polygon[(index + 1) % polygon.count]
        if (a.y <= point.y) != (b.y <= point.y), point.x < a.x + (point.y - a.y) / (b.y - a.y) * (b.x - a.x) {
            isInside.toggle()
        }
    }
    return isInside
}

/// Whether the lines p-q and r-s cross between their ends.
private func cross(_ p: Grain.Point, _ q: Grain.Point, _ r: Grain.Point, _ s: Grain.Point) -> Bool {
    func side(_ a: Grain.Point, _ b: Grain.Point, _ c: Grain.Point) -> Double {
        (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
    }
    return side(p, q, r) * side(p, q, s) < 0 && side(r, s, p) * side(r, s, q) < 0
}

private func distance(of point: Grain.Point, from a: Grain.Point, to b: Grain.Point) -> Double {
    let (x, y) = (b.x - a.x, b.y - a.y)
    let square = x * x + y * y
    let share = square > 0 ? min(1, max(0, ((point.x - a.x) * x + (point.y - a.y) * y) / square)) : 0
    return hypot(point.x - a.x - share * x, point.y - a.y - share * y)
}

/// The smallest convex polygon around points (Andrew's monotone chain, 1979).
func convexHull(_ points: [Grain.Point]) -> [Grain.Point] {
    let sorted = points.sorted { ($0.x, $0.y) < ($1.x, $1.y) }
    func chain(_ points: [Grain.Point]) -> [Grain.Point] {
        var hull: [Grain.Point] = []
        for point in points {
            while hull.count >= 2 {
                let (a, b) = (hull[hull.count - 2], hull[hull.count - 1])
                guard (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x) <= 0 else { break }
                hull.removeLast()
            }
            hull.append(point)
        }
        return hull.dropLast()
    }
    return chain(sorted) + chain(sorted.reversed())
}
