package import Foundation

extension SlideReport {
    /// An object of a field, counted or not. Pixels are those of the field; the centre of the upper left one is (0, 0).
    package struct Grain: Sendable, Equatable {
        package enum Status: String, Sendable, CaseIterable {
            /// As the lens found it.
            case machine
            /// As the lens found it, with little confidence.
            case doubtful
            /// A person accepted or changed it.
            case confirmed
            case rejected
            /// Seen before, in another field.
            case double
            /// No longer an object: merged, split, or drawn and taken back.
            case replaced
            /// A person left its field out.
            case excluded

            package var counts: Bool { self == .machine || self == .doubtful || self == .confirmed }
        }

        /// Of the ellipse of the same second moments.
        package struct Ellipse: Sendable, Equatable {
            /// Full length of the longer axis.
            package var majorMicrometres: Double
            package var minorMicrometres: Double
            /// Of the longer axis against the x axis, towards y (down).
            package var angleDegrees: Double

            package init(majorMicrometres: Double, minorMicrometres: Double, angleDegrees: Double) {
                self.majorMicrometres = majorMicrometres
                self.minorMicrometres = minorMicrometres
                self.angleDegrees = angleDegrees
            }
        }

        package struct Review: Sendable, Equatable {
            package var reviewer: String
            package var at: Date

            package init(reviewer: String, at: Date) {
                self.reviewer = reviewer
                self.at = at
            }
        }

        package var id: Int64
        package var capture: Int64
        /// As drawn on the slide's map; nil where it is not drawn.
        package var number: Int?
        /// Key, or `unidentified`.
        package var species: String
        package var status: Status
        /// Why it is rejected or replaced: `border`, `small`, `dirt`, `person`; `merged`, `split`, `undone`.
        package var rejection: String?
        /// The grain that it is the double of.
        package var doubleOf: Int64?
        /// 0...1.
        package var confidence: Double
        package var centroidPixels: SIMD2<Double>
        package var areaPixels: Double
        /// Nil where the scale is unknown, as are the next two.
        package var areaSquareMicrometres: Double?
        package var equivalentDiameterMicrometres: Double?
        package var ellipse: Ellipse?
        /// 4π area / perimeter²: 1 for a disc.
        package var circularity: Double?
        /// 0...1.
        package var focus: Double?
        package var isOnBorder: Bool
        /// The last one.
        package var review: Review?
        /// Closed; the first corner is not repeated.
        package var outlinePixels: [SIMD2<Double>]

        package init(
            id: Int64, capture: Int64, number: Int? = nil, species: String, status: Status, rejection: String? = nil,
            doubleOf: Int64? = nil, confidence: Double, centroidPixels: SIMD2<Double>, areaPixels: Double,
            areaSquareMicrometres: Double? = nil, equivalentDiameterMicrometres: Double? = nil,
            ellipse: Ellipse? = nil, circularity: Double? = nil, focus: Double? = nil, isOnBorder: Bool = false,
            review: Review? = nil, outlinePixels: [SIMD2<Double>]
        ) {
            self.id = id
            self.capture = capture
            self.number = number
            self.species = species
            self.status = status
            self.rejection = rejection
            self.doubleOf = doubleOf
            self.confidence = confidence
            self.centroidPixels = centroidPixels
            self.areaPixels = areaPixels
            self.areaSquareMicrometres = areaSquareMicrometres
            self.equivalentDiameterMicrometres = equivalentDiameterMicrometres
            self.ellipse = ellipse
            self.circularity = circularity
            self.focus = focus
            self.isOnBorder = isOnBorder
            self.review = review
            self.outlinePixels = outlinePixels
        }
    }
}
