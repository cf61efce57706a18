/// Where a field lies on its slide, or why that is not known.
package struct Placement: Sendable, Equatable {
    package enum Origin: String, Sendable, Equatable {
        /// Stated by the stage or the user.
        case stage
        /// From the picture's overlap with others.
        case registered
    }

    package enum Outcome: Sendable, Equatable {
        /// - Parameters:
        ///   - group: fields of one group are placed against each other, in a frame of their own.
        ///   - confidence: 0...1.
        case placed(SlidePosition, origin: Origin, group: Int, confidence: Double)
        case notPlaced(reason: String)
    }

    package let capture: Capture.ID
    package let outcome: Outcome
    /// The earliest capture that shows the same place.
    package let repeats: Capture.ID?

    package init(capture: Capture.ID, outcome: Outcome, repeats: Capture.ID? = nil) {
        self.capture = capture
        self.outcome = outcome
        self.repeats = repeats
    }
}
