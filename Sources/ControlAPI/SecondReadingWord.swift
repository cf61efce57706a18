internal import Quantities

/// Body of `POST /v1/second-readings/ID/words`: what the second reader takes a grain for. The latest word holds.
package struct SecondReadingWord: CheckedRequest, Equatable {
    /// What is said of an object that is no grain.
    package static let noGrain = "no-grain"

    /// The grain that is named.
    package var grain: Int64?
    /// The one that the reader drew, to name it otherwise; `no-grain` takes it back.
    package var drawn: Int64?
    /// A grain that was missed: the field that shows it, and its outline, a closed polygon of [x, y].
    package var capture: Int64?
    package var outlinePx: [SIMD2<Double>]?
    /// Key of a species, `unidentified`, or ``noGrain``.
    package var species: String
    /// Who reads, as the reading was begun.
    package var reader: String?

    package init(
        grain: Int64? = nil, drawn: Int64? = nil, capture: Int64? = nil, outlinePx: [SIMD2<Double>]? = nil,
        species: String, reader: String? = nil
    ) {
        self.grain = grain
        self.drawn = drawn
        self.capture = capture
        self.outlinePx = outlinePx
        self.species = species
        self.reader = reader
    }

    package var fault: Problem? {
        func refused(_ detail: String, _ hint: String) -> Problem { Problem(.invalidReading, detail, hint: hint) }
        guard [grain != nil, drawn != nil, outlinePx != nil].count(where: { $0 }) == 1 else {
            return refused("a word is about one object", "name a grain, a drawn one, or give an outline")
        }
        guard (outlinePx != nil) == (capture != nil) else {
            return refused(
                "an outline belongs to a field, and a grain has its own", "give both outline and capture, or none")
        }
        if outlinePx != nil, species == Self.noGrain {
            return refused("what is drawn is a grain", "give its species, or unidentified")
        }
        if let outlinePx {
            guard ReviewRequest.cornersLimits.contains(outlinePx.count) else {
                return refused(
                    "an outline has \(outlinePx.count) corner\(outlinePx.count == 1 ? "" : "s")",
                    "give a polygon of \(ReviewRequest.cornersLimits.lowerBound) to "
                        + "\(ReviewRequest.cornersLimits.upperBound) corners")
            }
            for corner in outlinePx {
                if let fault = Quantity.pixelPlace.fault(corner.x) ?? Quantity.pixelPlace.fault(corner.y) {
                    return Problem(.invalidReading, fault)
                }
            }
        }
        return nil
    }
}
