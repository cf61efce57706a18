/// What is kept of a field that was compared with those before it.
package struct SurveyedField: Sendable, Equatable {
    package let capture: Capture.ID
    /// In the order in which the fields of the slide were surveyed, from 0.
    package let number: Int
    /// In pixels.
    package let width: Int
    /// In pixels.
    package let height: Int
    package let nmPerPixel: Double
    /// Where the stage says the field lies; nil where it says nothing.
    package let stagePosition: SlidePosition?
    /// Number of the slide's pattern that was taken away; nil while none was known.
    package let pattern: Int?
    package let isEmpty: Bool
    package let isAmbiguous: Bool
    package let isContradicted: Bool
    /// Numbers of earlier fields that may show the same grains turned or mirrored.
    package let mayTurn: [Int]
    /// What lies in it, as the survey writes it; nil where that has not changed.
    package let objects: [UInt8]?
    package let placement: Placement

    package init(
        number: Int, width: Int, height: Int, nmPerPixel: Double, stagePosition: SlidePosition?, pattern: Int?,
        isEmpty: Bool, isAmbiguous: Bool, isContradicted: Bool,
        mayTurn: [Int], objects: [UInt8]?, placement: Placement
    ) {
        capture = placement.capture
        self.number = number
        self.width = width
        self.height = height
        self.nmPerPixel = nmPerPixel
        self.stagePosition = stagePosition
        self.pattern = pattern
        self.isEmpty = isEmpty
        self.isAmbiguous = isAmbiguous
        self.isContradicted = isContradicted
        self.mayTurn = mayTurn
        self.objects = objects
        self.placement = placement
    }
}

/// Two fields that overlap, as their pictures say.
package struct FieldPair: Sendable, Equatable {
    package let first: Capture.ID
    package let second: Capture.ID
    /// Position of the second less that of the first, in pixels.
    package let xPixels: Double
    package let yPixels: Double
    /// Standard deviation of either.
    package let deviationPixels: Double
    package let correlation: Double
    /// 0...1.
    package let confidence: Double
    /// False where it contradicts others.
    package let isKept: Bool

    package init(
        first: Capture.ID, second: Capture.ID, xPixels: Double, yPixels: Double, deviationPixels: Double,
        correlation: Double, confidence: Double, isKept: Bool
    ) {
        self.first = first
        self.second = second
        self.xPixels = xPixels
        self.yPixels = yPixels
        self.deviationPixels = deviationPixels
        self.correlation = correlation
        self.confidence = confidence
        self.isKept = isKept
    }
}

/// All that the survey of a slide has kept but the previews.
package struct StoredSurvey: Sendable, Equatable {
    /// By number.
    package let fields: [SurveyedField]
    package let pairs: [FieldPair]
    /// By number.
    package let patterns: [[UInt8]]
}

/// What the survey of one field brought.
package struct SurveyStep: Sendable {
    /// New or changed.
    package var fields: [SurveyedField] = []
    package var previews: [Capture.ID: [UInt8]] = [:]
    /// New or changed.
    package var pairs: [FieldPair] = []
    /// Captures of which all pairs from before are void.
    package var redone: [Capture.ID] = []
    /// New patterns by number.
    package var patterns: [Int: [UInt8]] = [:]
    /// Captures that lie elsewhere against others: in all runs they are to be judged again.
    package var moved: [Capture.ID] = []

    package init() {}
}

/// What the slide as a whole says about fields of a run.
package struct SlideJudgement: Sendable {
    /// Grains that were looked at: verdicts on them from before are void.
    package var about: [StoredGrain.ID] = []
    package var verdicts: [SlideVerdict] = []
    /// What is to be known of captures that repeat others turned; nil where one does not.
    package var turned: [Capture.ID: String?] = [:]
    /// Captures that are judged with it.
    package var judged: [Capture.ID] = []

    package init() {}
}
