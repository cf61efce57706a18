/// A slide with what is known about it.
package struct SlideSummary: Sendable, Equatable {
    package let slide: Slide
    /// Captures by state; states without captures are left out.
    package let captures: [CaptureState: Int]
    /// Grains of the captures that are done, most frequent species first.
    package let counts: [SpeciesCount]

    /// Captures that `counts` covers.
    package var countedCaptures: Int { captures[.done] ?? 0 }
    package var totalGrains: Int { counts.reduce(0) { $0 + $1.grains } }
}
