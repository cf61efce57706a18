/// One grain of a capture. Pixels are those of the stored input; lengths are null where its scale is unknown.
package struct GrainReport: Codable, Sendable, Equatable {
    package static let unidentified = "unidentified"

    package enum Status: String, Codable, Sendable, CaseIterable {
        /// As the lens found it.
        case machine
        /// As the lens found it, below the threshold of doubt.
        case doubtful
        /// Accepted, relabelled, merged or split by a person.
        case confirmed
        /// By a rule or a person; `reason` says which.
        case rejected
        /// Seen before in another field; `doubleOf` says which grain it is.
        case double
        /// No longer an object: merged or split by a person, or drawn and taken back; `reason` says which.
        case replaced
        /// A person left its field out.
        case excluded

        package var counts: Bool { self == .machine || self == .doubtful || self == .confirmed }
    }

    package var id: Int64
    /// As drawn on maps and in reports, from 1 within a capture.
    package var number: Int
    package var capture: Int64
    /// Key of a species, or `unidentified`.
    package var species: String
    package var status: Status
    /// Whether it is part of the counts.
    package var counts: Bool
    /// Why it is rejected: `border`, `small`, `dirt`, `person`, or a person's words.
    @Nullable package var reason: String?
    @Nullable package var doubleOf: Int64?
    /// [x, y].
    package var centroidPx: SIMD2<Double>
    /// [x0, y0, x1, y1], x1 and y1 being the first column and row outside.
    package var bboxPx: SIMD4<Double>
    package var areaPx: Double
    @Nullable package var areaUm2: Double?
    /// Diameter of the circle of the same area.
    @Nullable package var equivalentDiameterUm: Double?
    /// Axes (whole lengths) of the ellipse of the same second moments.
    @Nullable package var ellipseMajorUm: Double?
    @Nullable package var ellipseMinorUm: Double?
    /// Of the major axis, from x towards y (clockwise on the screen), 0..<180.
    @Nullable package var ellipseAngleDeg: Double?
    /// 4 pi area / perimeter^2, 1 for a circle.
    @Nullable package var circularity: Double?
    /// Higher is sharper; comparable within one microscope and scale.
    @Nullable package var focus: Double?
    /// Of the centroid, in the slide's frame; null where the field is not placed.
    @Nullable package var slideXUm: Double?
    @Nullable package var slideYUm: Double?
    /// 0...1.
    package var confidence: Double
    /// The border of the field cuts the grain.
    package var onBorder: Bool
    /// Closed polygon of [x, y]; the first corner is not repeated.
    package var outlinePx: [SIMD2<Double>]
    /// Oldest first; only `GET /v1/grains/ID` gives them, null elsewhere.
    @Nullable package var reviews: [ReviewReport]?

    package init(
        id: Int64, number: Int = 0, capture: Int64 = 0, species: String, status: Status = .machine,
        reason: String? = nil, doubleOf: Int64? = nil, centroidPx: SIMD2<Double>, bboxPx: SIMD4<Double>,
        areaPx: Double, areaUm2: Double?, equivalentDiameterUm: Double?, ellipseMajorUm: Double? = nil,
        ellipseMinorUm: Double? = nil, ellipseAngleDeg: Double? = nil, circularity: Double? = nil,
        focus: Double? = nil, slideXUm: Double? = nil, slideYUm: Double? = nil, confidence: Double, onBorder: Bool,
        outlinePx: [SIMD2<Double>] = [], reviews: [ReviewReport]? = nil
    ) {
        self.id = id
        self.number = number
        self.capture = capture
        self.species = species
        self.status = status
        counts = status.counts
        self.reason = reason
        self.doubleOf = doubleOf
        self.centroidPx = centroidPx
        self.bboxPx = bboxPx
        self.areaPx = areaPx
        self.areaUm2 = areaUm2
        self.equivalentDiameterUm = equivalentDiameterUm
        self.ellipseMajorUm = ellipseMajorUm
        self.ellipseMinorUm = ellipseMinorUm
        self.ellipseAngleDeg = ellipseAngleDeg
        self.circularity = circularity
        self.focus = focus
        self.slideXUm = slideXUm
        self.slideYUm = slideYUm
        self.confidence = confidence
        self.onBorder = onBorder
        self.outlinePx = outlinePx
        self.reviews = reviews
    }
}
