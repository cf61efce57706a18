internal import Quantities

/// How much of a slide its fields show.
///
/// Fields in which nothing lies cannot be compared: each counts whole, also where it was captured before, unless the stage
/// says where it lies. Turned repeats count whole too until one of the two is left out.
package struct ExaminedArea: Sendable, Equatable {
    /// Of each field in the order of capture: what no earlier field shows. A field that is not placed counts whole.
    package let exclusiveSquareMicrometres: [Double]

    /// The field that each is counted with: itself or, where it adds less than half of what it shows, an earlier one that
    /// shows most of the rest. A field captured again is no second sample of the slide, and the grains of a narrow strip
    /// are those that its neighbour cuts.
    package let sampleOf: [Int]

    /// All that is shown, in µm²: the union of the placed fields and the sum of the others.
    package var squareMicrometres: Double { exclusiveSquareMicrometres.reduce(0, +) }

    package init(_ placement: SlidePlacement, descriptions: [FieldDescription]) {
        let windows = descriptions.indices.map { SlideRectangle(placement.fields[$0], descriptions[$0]) }
        let earlier = Self.earlier(windows, placement)
        let exclusive = descriptions.indices.map { field in
            let size = descriptions[field].sizeMicrometres
            guard let window = windows[field] else { return size.x * size.y }
            var rest = [window]
            for other in earlier[field] { rest = rest.flatMap { $0.subtracting(windows[other]!) } }
            return rest.reduce(0) { $0 + $1.areaSquareMicrometres }
        }
        exclusiveSquareMicrometres = exclusive
        var sampleOf = Array(descriptions.indices)
        for field in descriptions.indices {
            guard let window = windows[field], exclusive[field] < Self.leastShare * window.areaSquareMicrometres
            else { continue }
            let overlaps = earlier[field].map { other in
                (area: windows[other]!.intersection(window)!.areaSquareMicrometres, field: other)
            }
            // Samples themselves first, so that a row of narrow steps does not become one endless sample.
            let samples = overlaps.filter { sampleOf[$0.field] == $0.field }
            let isStrip = exclusive[field] < Self.stripShare * window.areaSquareMicrometres
            let home = (samples.isEmpty && isStrip ? overlaps : samples).max {
                ($0.area, $1.field) < ($1.area, $0.field)
            }
            if let home { sampleOf[field] = sampleOf[home.field] }
        }
        self.sampleOf = sampleOf
    }

    /// Of each field, the earlier ones that show a part of it, in the order of capture: found by the squares of a grid that
    /// each covers, not by looking at all.
    private static func earlier(_ windows: [SlideRectangle?], _ placement: SlidePlacement) -> [[Int]] {
        let sides = windows.compactMap { $0.map { max($0.high.x - $0.low.x, $0.high.y - $0.low.y) } }
        guard let side = sides.max() else { return windows.map { _ in [] } }
        var squares: [SIMD3<Int>: [Int]] = [:]
        return windows.enumerated().map { field, window in
            guard let window else { return [] }
            let group = placement.fields[field].group ?? -1
            let (low, high) = ((window.low / side).rounded(.down), (window.high / side).rounded(.down))
            var found: Set<Int> = []
            for y in Int(saturating: low.y)...Int(saturating: high.y) {
                for x in Int(saturating: low.x)...Int(saturating: high.x) {
                    for other in squares[SIMD3(x, y, group)] ?? [] where windows[other]!.intersection(window) != nil {
                        found.insert(other)
                    }
                    squares[SIMD3(x, y, group), default: []].append(field)
                }
            }
            return found.sorted()
        }
    }

    private static let leastShare = 0.5
    /// Too little to be a sample even where no other is near.
    private static let stripShare = 0.1
}
