internal import Foundation
package import Grains
internal import Imaging

/// Finds which objects of overlapping fields are the same grain: of the whole slide, or of what hangs together with some of
/// its fields, with the same outcome.
package struct SlideDoubles: Sendable {
    package struct Found: Sendable, Equatable {
        /// All objects that were looked at: those of the fields asked for, and what hangs together with them.
        package var seen: Set<Detection> = []
        /// Which of them are doubles, and of which.
        package var originals: [Detection: Detection] = [:]
    }

    /// Two objects that cover each other where both fields show it.
    private struct Candidate: Sendable {
        let overlap: Double
        let first: Detection
        let second: Detection
    }

    private struct Key: Hashable { let first, second: Int }

    /// Of pairs of fields that were compared lately, and how they lay then.
    private var known: [Key: (shift: SIMD2<Double>, candidates: [Candidate])] = [:]
    private static let mostKnown = 20_000

    /// Part of the smaller of two outlines, within what both fields show, that the other must cover.
    private static let sharedPart = 0.5
    /// Earlier fields that a field is compared with, those that share most with it. Of more that show one place the
    /// earliest tell enough.
    private static let mostCompared = 24

    package init() {}

    /// - Parameters:
    ///   - fields: whose objects are to be judged.
    ///   - places: of all fields, each in its group.
    ///   - grains: of a field, those it rejected included; asked for before anything else is asked about them.
    ///   - isDirt: such an object is no grain, in no field.
    ///   - word: a person's, on an object; the others of such a grain are its doubles.
    package mutating func find<Failure: Error>(
        in fields: [Int], places: [SlidePlacement.Field], descriptions: [FieldDescription],
        grains: (Int) throws(Failure) -> [Grain], isDirt: (Detection) -> Bool, word: (Detection) -> SlideCount.Word?
    ) throws(Failure) -> Found {
        if known.count > Self.mostKnown { known = [:] }
        var found = Found()
        var candidates: [Candidate] = []
        var neighbours: [Int: [Int]] = [:]
        var waiting: [Detection] = []
        for field in fields {
            for number in try grains(field).indices { waiting.append(Detection(field: field, grain: number)) }
        }
        found.seen = Set(waiting)
        while let detection = waiting.popLast() {
            if isDirt(detection) { continue }
            let field = detection.field
            if neighbours[field] == nil {
                let found = Self.fields(overlapping: field, places, descriptions)
                // Asked for also where what was compared lately is known: whether they are dirt is asked next.
                for other in found { _ = try grains(other) }
                neighbours[field] = found
            }
            for other in neighbours[field]! {
                for candidate in try self.candidates(
                    min(field, other), max(field, other), places, descriptions, grains)
                where (candidate.first == detection || candidate.second == detection)
                    && !isDirt(candidate.first) && !isDirt(candidate.second)
                {
                    // Each is met from both ends.
                    if candidate.first == detection { candidates.append(candidate) }
                    let partner = candidate.first == detection ? candidate.second : candidate.first
                    if found.seen.insert(partner).inserted { waiting.append(partner) }
                }
            }
        }
        var list: [Int: [Grain]] = [:]
        for field in Set(candidates.flatMap { [$0.first.field, $0.second.field] }) { list[field] = try grains(field) }
        for cluster in Self.clusters(candidates) where cluster.count > 1 {
            let latest = cluster.compactMap { word($0) }.max { $0.number < $1.number }
            let agreeing = cluster.filter { detection in
                guard let latest, let word = word(detection) else { return latest == nil }
                return word.species == latest.species
            }
            let best = agreeing.min { Self.isBetter($0, $1, list) }!
            for other in cluster where other != best { found.originals[other] = best }
        }
        return found
    }

    /// The more complete first: whole, accepted by its field, surer, larger, earlier.
    private static func isBetter(_ a: Detection, _ b: Detection, _ grains: [Int: [Grain]]) -> Bool {
        let one = grains[a.field]![a.grain], other = grains[b.field]![b.grain]
        if one.isOnBorder != other.isOnBorder { return !one.isOnBorder }
        if (one.rejection == nil) != (other.rejection == nil) { return one.rejection == nil }
        if one.confidence != other.confidence { return one.confidence > other.confidence }
        if one.areaSquareMicrometres != other.areaSquareMicrometres {
            return one.areaSquareMicrometres > other.areaSquareMicrometres
        }
        return a < b
    }

    /// Detections of one grain, at most one a field: two grains that touch in one field stay two.
    private static func clusters(_ candidates: [Candidate]) -> [[Detection]] {
        var clusterOf: [Detection: Int] = [:]
        var clusters: [[Detection]] = []
        for candidate in candidates.sorted(by: {
            ($1.overlap, $0.first, $0.second) < ($0.overlap, $1.first, $1.second)
        }) {
            let (first, second) = (candidate.first, candidate.second)
            if let one = clusterOf[first], one == clusterOf[second] { continue }
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

    // MARK: Fields that overlap

    /// How a field lies against another, as exactly as outlines are known: by their pictures, else by the stage. Nil where
    /// neither says.
    private static func shift(
        _ first: Int, _ second: Int, _ places: [SlidePlacement.Field], _ descriptions: [FieldDescription]
    ) -> SIMD2<Double>? {
        if let p = places[first].positionMicrometres, let q = places[second].positionMicrometres,
            places[first].group == places[second].group
        {
            return SlidePlacement.rounded(q - p)
        }
        guard let p = descriptions[first].stageMicrometres, let q = descriptions[second].stageMicrometres else {
            return nil
        }
        return SlidePlacement.rounded(q - p)
    }

    /// What two fields both show, from the corner of the first.
    private static func common(
        _ first: Int, _ second: Int, _ places: [SlidePlacement.Field], _ descriptions: [FieldDescription]
    ) -> SlideRectangle? {
        guard let shift = shift(first, second, places, descriptions) else { return nil }
        return SlideRectangle(low: .zero, high: descriptions[first].sizeMicrometres).intersection(
            SlideRectangle(low: shift, high: shift + descriptions[second].sizeMicrometres))
    }

    /// Earlier fields that a field is compared with.
    private static func earlier(
        than field: Int, _ places: [SlidePlacement.Field], _ descriptions: [FieldDescription]
    ) -> [Int] {
        let all = (0..<field).compactMap { other in
            common(other, field, places, descriptions).map { (area: $0.areaSquareMicrometres, field: other) }
        }
        guard all.count > mostCompared else { return all.map(\.field) }
        return all.sorted { ($1.area, $0.field) < ($0.area, $1.field) }.prefix(mostCompared).map(\.field)
    }

    /// Fields whose objects are compared with those of a field.
    package static func fields(
        overlapping field: Int, _ places: [SlidePlacement.Field], _ descriptions: [FieldDescription]
    ) -> [Int] {
        let later = (field + 1..<max(field + 1, places.count)).filter { other in
            common(field, other, places, descriptions) != nil
                && (other <= mostCompared || earlier(than: other, places, descriptions).contains(field))
        }
        return earlier(than: field, places, descriptions) + later
    }

    // MARK: Objects that overlap

    private mutating func candidates<Failure: Error>(
        _ first: Int, _ second: Int, _ places: [SlidePlacement.Field], _ descriptions: [FieldDescription],
        _ grains: (Int) throws(Failure) -> [Grain]
    ) throws(Failure) -> [Candidate] {
        guard let shift = Self.shift(first, second, places, descriptions),
            let common = Self.common(first, second, places, descriptions)
        else { return [] }
        let key = Key(first: first, second: second)
        if let known = known[key], known.shift == shift { return known.candidates }
        // One grid of pixels: that of the finer field.
        let scale = 1000 / min(descriptions[first].nmPerPixel, descriptions[second].nmPerPixel)
        typealias Seen = (detection: Detection, polygon: [Grain.Point], box: Grain.Box, mask: PolygonMask)
        func seen(_ field: Int, _ corner: SIMD2<Double>, _ grains: [Grain]) -> [Seen] {
            let step = descriptions[field].nmPerPixel / 1000
            return grains.indices.compactMap { number in
                let outline = grains[number].outlinePixels.map { corner + (SIMD2($0.x, $0.y) + 0.5) * step }
                // From the common corner, so that coordinates stay small.
                let clipped = common.clipped(outline).map { ($0 - common.low) * scale }
                guard clipped.count >= 3 else { return nil }
                let points = clipped.map { Grain.Point(x: $0.x, y: $0.y) }
                return (Detection(field: field, grain: number), points, Self.bounds(points), PolygonMask(points))
            }
        }
        let mine = seen(first, .zero, try grains(first)), theirs = seen(second, shift, try grains(second))
        var candidates: [Candidate] = []
        for a in mine {
            for b in theirs {
                if a.box.x1 < b.box.x0 || b.box.x1 < a.box.x0 || a.box.y1 < b.box.y0 || b.box.y1 < a.box.y0 { continue }
                let union = a.mask.intersectionOverUnion(with: b.mask)
                guard union > 0 else { continue }
                // From the share of the union to that of the smaller.
                let (p, q) = (Self.area(a.polygon), Self.area(b.polygon))
                let shared = union * (p + q) / (1 + union)
                if shared >= Self.sharedPart * min(p, q) {
                    candidates.append(Candidate(overlap: union, first: a.detection, second: b.detection))
                }
            }
        }
        known[key] = (shift, candidates)
        return candidates
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
