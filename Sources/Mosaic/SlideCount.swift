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
        var doubles = SlideDoubles()
        let originals = doubles.find(
            in: Array(grains.indices), places: placement.fields, descriptions: descriptions, grains: { grains[$0] },
            isDirt: { dirt.contains($0) }, word: { reviewed[$0] }
        ).originals
        verdicts = grains.enumerated().map { field, list in
            list.enumerated().map { number, grain in
                let detection = Detection(field: field, grain: number)
                if dirt.contains(detection) { return .dirt }
                if let original = originals[detection] { return .doubleOf(original) }
                return grain.rejection.map(Verdict.rejected) ?? .counted
            }
        }
    }
}
