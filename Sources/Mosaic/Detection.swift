package import Grains

/// One object of one field, and what becomes of it when the fields are seen together.
package struct Detection: Sendable, Hashable, Comparable {
    /// Number of the field in the order of capture.
    package var field: Int
    /// Number of the object in its field.
    package var grain: Int

    package init(field: Int, grain: Int) {
        self.field = field
        self.grain = grain
    }

    package static func < (a: Detection, b: Detection) -> Bool { (a.field, a.grain) < (b.field, b.grain) }
}

/// Whether an object counts on its slide.
package enum Verdict: Sendable, Equatable {
    case counted
    /// Another field shows the same grain more completely.
    case doubleOf(Detection)
    /// Stays at the same pixels while the slide moves.
    case dirt
    /// As the field said.
    case rejected(Grain.Rejection)
}
