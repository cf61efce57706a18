/// A slide with what is known about it.
package struct SlideSummary: Sendable, Equatable {
    package let slide: Slide
    /// The run that the counts follow; nil before the first capture is done.
    package let run: Run.ID?
    /// Captures by state in the run in force; states without captures are left out.
    package let captures: [CaptureState: Int]
    /// Grains of the captures that are done, most frequent species first, species without counted ones last.
    package let counts: [SpeciesCount]

    /// Of those that are done, captures that a person left out.
    package let excluded: Int

    /// Where its pictures are.
    package let pictures: PicturePlace

    /// What it bears of a trap's tape; nil where nobody said.
    package let sample: StoredSample?

    /// Captures that `counts` covers.
    package var countedCaptures: Int { (captures[.done] ?? 0) - excluded }
    package var totalGrains: Int { counts.reduce(0) { $0 + $1.grains } }
}
