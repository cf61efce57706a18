package import Grains
internal import Quantities

/// Objects that stay at the same pixels, with the same outline, while the slide moves.
///
/// They are told among the fields that were captured one after the other: dirt comes, and is wiped off, and no field
/// needs to be compared with all others.
package enum SensorDirt {
    /// Fields that are looked at together.
    package static let fieldsTogether = 50
    /// Least overlap (intersection over union) of outlines taken for the same.
    private static let sameness = 0.7
    /// Least part of the fields, and least number of places, that must show it.
    private static let leastShare = 0.3
    private static let leastPlaces = 3

    /// The fields that a field is looked at with, and those of them that are judged so: its block, or, while that is not
    /// full, the latest.
    package static func fields(with field: Int, of count: Int) -> (seen: Range<Int>, judged: Range<Int>) {
        let start = field / fieldsTogether * fieldsTogether
        let block = start..<min(count, start + fieldsTogether)
        return (block.count < fieldsTogether ? max(0, count - fieldsTogether)..<count : block, block)
    }

    /// - Returns: all detections of such objects.
    package static func find(
        _ grains: [[Grain]], placement: SlidePlacement, descriptions: [FieldDescription]
    ) -> Set<Detection> {
        var found: Set<Detection> = []
        for start in stride(from: 0, to: grains.count, by: fieldsTogether) {
            let (seen, judged) = fields(with: start, of: grains.count)
            found.formUnion(
                find(seen.map { ($0, grains[$0]) }, placement.fields, descriptions)
                    .filter { judged.contains($0.field) })
        }
        return found
    }

    /// - Parameter grains: of fields that were captured one after the other.
    package static func find(
        _ grains: [(field: Int, grains: [Grain])], _ places: [SlidePlacement.Field], _ descriptions: [FieldDescription]
    ) -> Set<Detection> {
        // A field that repeats another says nothing: the slide did not move.
        let count = grains.count { places[$0.field].repeats == nil }
        let least = max(leastPlaces, Int(saturating: (leastShare * Double(count)).rounded(.up)))
        struct Candidate {
            let grain: Grain
            lazy var mask = PolygonMask(grain.outlinePixels)
            var fields: Set<Int>
            var detections: [Detection]
        }
        var candidates: [Candidate] = []
        var rows: [Int: [Int]] = [:]
        for (field, list) in grains {
            for (number, grain) in list.enumerated() {
                let detection = Detection(field: field, grain: number)
                let row = Int(saturating: grain.centroidPixels.y / 16)
                lazy var mask = PolygonMask(grain.outlinePixels)
                // Outlines that overlap so far have centres close together.
                let near = (row - 4...row + 4).flatMap { rows[$0] ?? [] }
                let found = near.sorted().first {
                    mayBeSame(candidates[$0].grain, grain)
                        && candidates[$0].mask.intersectionOverUnion(with: mask) >= sameness
                }
                if let found {
                    candidates[found].detections.append(detection)
                    candidates[found].fields.insert(places[field].repeats ?? field)
                } else {
                    rows[row, default: []].append(candidates.count)
                    candidates.append(
                        Candidate(
                            grain: grain, fields: [places[field].repeats ?? field], detections: [detection]))
                }
            }
        }
        return Set(
            candidates.filter { candidate in
                candidate.fields.count >= least
                    && isMoved(candidate.fields, candidate.grain.boundingBoxPixels, places, descriptions)
            }.flatMap(\.detections))
    }

    /// Whether the boxes of two outlines leave room for as much overlap.
    private static func mayBeSame(_ one: Grain, _ other: Grain) -> Bool {
        let (a, b) = (one.boundingBoxPixels, other.boundingBoxPixels)
        let shared = max(0, min(a.x1, b.x1) - max(a.x0, b.x0)) * max(0, min(a.y1, b.y1) - max(a.y0, b.y0))
        return shared >= sameness * max(one.areaPixels, other.areaPixels) * 0.9
    }

    /// Whether the stage moved by more than the object's size between enough of the fields. Fields that are not placed
    /// match none of the others and so show other places.
    private static func isMoved(
        _ fields: Set<Int>, _ box: Grain.Box, _ placement: [SlidePlacement.Field], _ descriptions: [FieldDescription]
    ) -> Bool {
        var places: [Int] = []
        for field in fields.sorted() where places.count < leastPlaces {
            let isNew = places.allSatisfy { other in
                guard let p = placement[field].positionMicrometres, let q = placement[other].positionMicrometres,
                    placement[field].group == placement[other].group
                else { return true }
                let off = (p - q) * (1000 / descriptions[field].nmPerPixel)
                return abs(off.x) > box.x1 - box.x0 || abs(off.y) > box.y1 - box.y0
            }
            if isNew { places.append(field) }
        }
        return places.count >= leastPlaces
    }
}
