/// How much of a slide its fields show.
package struct ExaminedArea: Sendable, Equatable {
    /// Of each field in the order of capture: what no earlier field shows. A field that is not placed counts whole.
    package let exclusiveSquareMicrometres: [Double]

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
    }
}
