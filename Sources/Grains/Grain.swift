/// One object of the sample map, measured. Pixels are those of the input picture that the map was made from.
package struct Grain: Sendable, Equatable {
    /// A position; the centre of the top left pixel is (0, 0).
    package struct Point: Sendable, Equatable {
        package var x: Double
        package var y: Double

        package init(x: Double, y: Double) {
            self.x = x
            self.y = y
        }
    }

    /// A rectangle between pixel edges: 0 is the left or top edge of the picture, its width or height the other one.
    package struct Box: Sendable, Equatable {
        package var x0: Double
        package var y0: Double
        /// Beyond the last column.
        package var x1: Double
        /// Beyond the last row.
        package var y1: Double

        package init(x0: Double, y0: Double, x1: Double, y1: Double) {
            self.x0 = x0
            self.y0 = y0
            self.x1 = x1
            self.y1 = y1
        }
    }

    /// The ellipse of the same second moments.
    package struct Ellipse: Sendable, Equatable {
        /// Full length of the longer axis.
        package var majorMicrometres: Double
        /// Full length of the shorter axis.
        package var minorMicrometres: Double
        /// Of the longer axis against the x axis, towards y (down): -90..<90.
        package var angleDegrees: Double

        package init(majorMicrometres: Double, minorMicrometres: Double, angleDegrees: Double) {
            self.majorMicrometres = majorMicrometres
            self.minorMicrometres = minorMicrometres
            self.angleDegrees = angleDegrees
        }
    }

    /// Why an object that was found is kept and not counted.
    package enum Rejection: String, Sendable, Equatable, CaseIterable {
        /// The counting rule leaves out what this side of the border cuts.
        case border
        /// Smaller than a grain.
        case small
    }

    /// The species of objects that no species claims with enough confidence.
    package static let unidentified = "unidentified"

    /// Species key, or `unidentified`.
    package var species: String
    package var centroidPixels: Point
    package var boundingBoxPixels: Box
    package var areaSquareMicrometres: Double
    /// In input pixels, with fractions: the map may be finer than the input.
    package var areaPixels: Double
    /// Diameter of the circle of the same area.
    package var equivalentDiameterMicrometres: Double
    /// 0...1: the share of the map's evidence for the winning class, averaged over the grain. Not yet calibrated
    /// as a probability.
    package var confidence: Double
    /// Touches the edge of the field, so that part of it may lie outside.
    package var isOnBorder: Bool
    /// Closed polygon around the grain, clockwise, within one map pixel of its edge; the first corner is not repeated.
    package var outlinePixels: [Point]
    /// Unknown for grains of early versions, as are the next two.
    package var ellipse: Ellipse?
    /// 4π area / perimeter²: 1 for a disc, less for what is long or ragged.
    package var circularity: Double?
    /// How sharp the input is at the grain, 0...1; unknown where the input was not at hand.
    package var focus: Double?
    /// Nil where the grain counts.
    package var rejection: Rejection?

    package init(
        species: String, centroidPixels: Point, boundingBoxPixels: Box, areaSquareMicrometres: Double,
        areaPixels: Double, equivalentDiameterMicrometres: Double, confidence: Double, isOnBorder: Bool,
        outlinePixels: [Point], ellipse: Ellipse? = nil, circularity: Double? = nil, focus: Double? = nil,
        rejection: Rejection? = nil
    ) {
        self.species = species
        self.centroidPixels = centroidPixels
        self.boundingBoxPixels = boundingBoxPixels
        self.areaSquareMicrometres = areaSquareMicrometres
        self.areaPixels = areaPixels
        self.equivalentDiameterMicrometres = equivalentDiameterMicrometres
        self.confidence = confidence
        self.isOnBorder = isOnBorder
        self.outlinePixels = outlinePixels
        self.ellipse = ellipse
        self.circularity = circularity
        self.focus = focus
        self.rejection = rejection
    }
}
