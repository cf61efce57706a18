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

    package init(
        species: String, centroidPixels: Point, boundingBoxPixels: Box, areaSquareMicrometres: Double,
        areaPixels: Double, equivalentDiameterMicrometres: Double, confidence: Double, isOnBorder: Bool,
        outlinePixels: [Point]
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
    }
}
