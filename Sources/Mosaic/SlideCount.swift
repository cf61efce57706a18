internal import Foundation
package import Grains
internal import Imaging

/// Which objects of a slide's fields count: each grain once, however many fields show it, and no dirt of the sensor.
package struct SlideCount: Sendable, Equatable {
    /// By field and object.
    package let verdicts: [[Verdict]]

    package subscript(detection: Detection) -> Verdict { verdicts[detection.field][detection.grain] }

    package var counted: [Detection] {
        verdicts.enumerated().flatMap { field, list in
            list.indices.filter { list[$0] == .counted }.map { Detection(field: field, grain: $0) }
        }
    }

    /// Part of the smaller of two outlines, within what both fields show, that the other must cover.
    private static let sharedPart = 0.5

    /// A person's latest word on an object.
    package struct Word: Sendable, Equatable {
        /// Later words have higher numbers.
        package var number: Int64
        /// Nil where it is said to be no grain.
        package var species: String?

        package init(number: Int64, species: String?) {
            self.number = number
            self.species = species
        }
    }

    /// - Parameters:
    ///   - grains: of each field, those the field rejected included.
    ///   - placement: of the same fields.
    ///   - reviewed: what a person looked at; the others of such a grain are its doubles, however much better they are.
    ///     Where people said different things of one grain in several fields, the latest word holds.
    package init(
        _ grains: [[Grain]], placement: SlidePlacement, descriptions: [FieldDescription],
        reviewed: [Detection: Word] = [:]
    ) {
        precondition(
            grains.count == placement.fields.count && grains.count == descriptions.count, "one list a field")
        let dirt = SensorDirt.find(grains, placement: placement, descriptions: descriptions)
        var verdicts = grains.map { $0.map { grain in grain.rejection.map(Verdict.rejected) ?? .counted } }
        for detection in dirt { verdicts[detection.field][detection.grain] = .dirt }
        for cluster in Self.clusters(grains, dirt: dirt, placement, descriptions) where cluster.count > 1 {
            let latest = cluster.compactMap { reviewed[$0] }.max { $0.number < $1.number }
            let agreeing = cluster.filter { detection in
                guard let latest, let word = reviewed[detection] else { return latest == nil }
                return word.species == latest.species
            }
            let best = agreeing.min { Self.isBetter($0, $1, grains) }!
            for other in cluster where other != best {
                verdicts[other.field][other.grain] = .doubleOf(best)
            }
        }
        self.verdicts = verdicts
    }

    /// The more complete first: whole, accepted by its field, surer, larger, earlier.
    private static func isBetter(_ a: Detection, _ b: Detection, _ grains: [[Grain]]) -> Bool {
        let one = grains[a.field][a.grain], other = grains[b.field][b.grain]
        if one.isOnBorder != other.isOnBorder { return !one.isOnBorder }
        if (one.rejection == nil) != (other.rejection == nil) { return one.rejection == nil }
        if one.confidence != other.confidence { return one.confidence > other.confidence }
        if one.areaSquareMicrometres != other.areaSquareMicrometres {
            return one.areaSquareMicrometres > other.areaSquareMicrometres
        }
        return a < b
    }

    /// Detections of one grain, at most one a field: two grains that touch in one field stay two.
    private static func clusters(
        _ grains: [[Grain]], dirt: Set<Detection>, _ placement: SlidePlacement, _ descriptions: [FieldDescription]
    ) -> [[Detection]] {
        let windows = descriptions.indices.map { SlideRectangle(placement.fields[$0], descriptions[$0]) }
        // One grid of pixels for the slide: that of the finest field.
        let scale = 1000 / (descriptions.map(\.nmPerPixel).min() ?? 1000)
        var candidates: [(overlap: Double, first: Detection, second: Detection)] = []
        for second in grains.indices {
            for first in 0..<second {
                guard let one = windows[first], let other = windows[second],
                    placement.fields[first].group == placement.fields[second].group,
                    let common = one.intersection(other)
                else { continue }
                func seen(_ field: Int) -> [(detection: Detection, polygon: [Grain.Point], mask: PolygonMask)] {
                    grains[field].indices.compactMap { number in
                        let detection = Detection(field: field, grain: number)
                        if dirt.contains(detection) { return nil }
                        let corner = windows[field]!.low
                        let step = descriptions[field].nmPerPixel / 1000
                        let outline = grains[field][number].outlinePixels.map {
                            corner + (SIMD2($0.x, $0.y) + 0.5) * step
                        }
                        // From the common corner, so that coordinates stay small.
                        let clipped = common.clipped(outline).map { ($0 - common.low) * scale }
                        guard clipped.count >= 3 else { return nil }
                        let points = clipped.map { Grain.Point(x: $0.x, y: $0.y) }
                        return (detection, points, PolygonMask(points))
                    }
                }
                let mine = seen(first), theirs = seen(second)
                for a in mine {
                    let low = bounds(a.polygon)
                    for b in theirs {
                        let high = bounds(b.polygon)
                        if low.x1 < high.x0 || high.x1 < low.x0 || low.y1 < high.y0 || high.y1 < low.y0 { continue }
                        let union = a.mask.intersectionOverUnion(with: b.mask)
                        guard union > 0 else { continue }
                        // From the share of the union to that of the smaller.
                        let (p, q) = (area(a.polygon), area(b.polygon))
                        let shared = union * (p + q) / (1 + union)
                        if shared >= sharedPart * min(p, q) { candidates.append((union, a.detection, b.detection)) }
                    }
                }
            }
        }
        candidates.sort { ($1.overlap, $0.first, $0.second) < ($0.overlap, $1.first, $1.second) }
        var clusterOf: [Detection: Int] = [:]
        var clusters: [[Detection]] = []
        for (_, first, second) in candidates {
            let a = clusterOf[first].map { clusters[$0] } ?? [first]
            let b = clusterOf[second].map { clusters[$0] } ?? [second]
            guard Set(a.map(\.field)).isDisjoint(with: b.map(\.field)) else { continue }
            if let old = clusterOf[first] { clusters[old] = [] }
            if let old = clusterOf[second] { clusters[old] = [] }
            for detection in a + b { clusterOf[detection] = clusters.count }
            clusters.append((a + b).sorted())
        }
        return clusters
    }

    private static func bounds(_ points: [Grain.Point]) -> Grain.Box {
        let xs = points.map(\.x), ys = points.map(\.y)
        return Grain.Box(x0: xs.min()!, y0: ys.min()!, x1: xs.max()!, y1: ys.max()!)
    }

    private static func area(_ points: [Grain.Point]) -> Double {
        var twice = 0.0
        for (at, p) in points.enumerated() {
            let q = points[(at + 1) % points.count]
            twice += p.x * q.y - q.x * p.y
        }
        return abs(twice) / 2
    }
}
