/// A capture of a slide, and where it was planned to lie.
package struct PlannedCapture: Sendable, Equatable {
    package let id: Capture.ID
    /// Nil where it was not planned.
    package let place: TapePlace?
    /// Not left out by a person, and not failed.
    package let isKept: Bool

    package init(_ capture: Capture) {
        self.init(
            id: capture.id, place: capture.tapePlace, isKept: capture.exclusion == nil && capture.state != .failed)
    }

    init(id: Capture.ID, place: TapePlace?, isKept: Bool) {
        self.id = id
        self.place = place
        self.isKept = isKept
    }
}
