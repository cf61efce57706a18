package import Grains
internal import Quantities

/// Objects that stay at the same pixels, with the same outline, while the slide moves.
package enum SensorDirt {
    /// Least overlap (intersection over union) of outlines taken for the same.
    private static let sameness = 0.7
    /// Least part of the fields, and least number of places, that must show it.
    private static let leastShare = 0.3
    private static let leastPlaces = 3

    /// - Returns: all detections of such objects.
    package static func find(
        _ grains: [[Grain]], placement: SlidePlacement, descriptions: [FieldDescription]
    ) -> Set<Detection> {
        // A field that repeats another says nothing: the slide did not move.
        let fields = grains.indices.filter { placement.fields[$0].repeats == nil }
        let least = max(leastPlaces, Int(saturating: (leastShare * Double(fields.count)).rounded(.up)))
        struct Candidate {
            let mask: PolygonMask
            let box: Grain.Box
            var fields: Set<Int>
            var detections: [Detection]
        }
        var candidates: [Candidate] = []
        var boxes: [Int: [Int]] = [:]
        for field in grains.indices {
            for (number, grain) in grains[field].enumerated() {
                let mask = PolygonMask(grain.outlinePixels)
                let box = grain.boundingBoxPixels
                let detection = Detection(field: field, grain: number)
                let row = Int(saturating: grain.centroidPixels.y / 16)
                // Outlines that overlap so far have centres close together.
                let near = (row - 4...row + 4).flatMap { boxes[$0] ?? [] }
                let found = near.sorted().first { at in
                    let other = candidates[at].box
                    return other.x0 < box.x1 && box.x0 < other.x1 && other.y0 < box.y1 && box.y0 < other.y1
                        && candidates[at].mask.intersectionOverUnion(with: mask) >= sameness
                }
                if let found {
                    candidates[found].detections.append(detection)
                    candidates[found].fields.insert(placement.fields[field].repeats ?? field)
                } else {
                    boxes[row, default: []].append(candidates.count)
                    candidates.append(
                        Candidate(
                            mask: mask, box: box, fields: [placement.fields[field].repeats ?? field],
                            detections: [detection]))
                }
            }
        }
        return Set(
            candidates.filter { candidate in
                candidate.fields.count >= least
                    && isMoved(Array(candidate.fields), candidate.box, placement, descriptions)
            }.flatMap(\.detections))
    }

    /// Whether the stage moved by more than the object's size between enough of the fields. Fields that are not placed
    /// match none of the others and so show other places.
    private static func isMoved(
        _ fields: [Int], _ box: Grain.Box, _ placement: SlidePlacement, _ descriptions: [FieldDescription]
    ) -> Bool {
        var places: [Int] = []
        for field in fields.sorted() {
            let isNew = places.allSatisfy { other in
                guard let p = placement.fields[field].positionMicrometres,
                    let q = placement.fields[other].positionMicrometres,
                    placement.fields[field].group == placement.fields[other].group
                else { return true }
                let off = (p - q) * (1000 / descriptions[field].nmPerPixel)
                return abs(off.x) > box.x1 - box.x0 || abs(off.y) > box.y1 - box.y0
            }
            if isNew { places.append(field) }
        }
        return places.count >= leastPlaces
    }
}
