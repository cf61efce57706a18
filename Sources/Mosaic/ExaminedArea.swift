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
        exclusiveSquareMicrometres = descriptions.indices.map { field in
            let size = descriptions[field].sizeMicrometres
            guard let window = windows[field] else { return size.x * size.y }
            var rest = [window]
            for earlier in 0..<field where placement.fields[earlier].group == placement.fields[field].group {
                guard let other = windows[earlier] else { continue }
                rest = rest.flatMap { $0.subtracting(other) }
            }
            return rest.reduce(0) { $0 + $1.areaSquareMicrometres }
        }
        var sampleOf = Array(descriptions.indices)
        for field in descriptions.indices {
            guard let window = windows[field],
                exclusiveSquareMicrometres[field] < Self.leastShare * window.areaSquareMicrometres
            else { continue }
            let overlaps = (0..<field).compactMap { earlier -> (area: Double, field: Int)? in
                guard placement.fields[earlier].group == placement.fields[field].group,
                    let shared = windows[earlier]?.intersection(window)
                else { return nil }
                return (shared.areaSquareMicrometres, earlier)
            }
            // Samples themselves first, so that a row of narrow steps does not become one endless sample.
            let samples = overlaps.filter { sampleOf[$0.field] == $0.field }
            let isStrip = exclusiveSquareMicrometres[field] < Self.stripShare * window.areaSquareMicrometres
            let home = (samples.isEmpty && isStrip ? overlaps : samples).max {
                ($0.area, $1.field) < ($1.area, $0.field)
            }
            if let home { sampleOf[field] = sampleOf[home.field] }
        }
        self.sampleOf = sampleOf
    }

    private static let leastShare = 0.5
    /// Too little to be a sample even where no other is near.
    private static let stripShare = 0.1
}
