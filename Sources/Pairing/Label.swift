/// What a person said of one object in a picture.
package struct Label: Sendable {
    package enum Shape: Sendable, Equatable {
        /// Somewhere in the object.
        case point(SIMD2<Double>)
        /// Upper left and lower right.
        case box(SIMD2<Double>, SIMD2<Double>)
        /// `angle`: of the first half axis against x, in radians, turning towards y.
        case ellipse(centre: SIMD2<Double>, halfAxes: SIMD2<Double>, angle: Double)
        /// Closed.
        case polygon([SIMD2<Double>])
    }

    /// What the shape's numbers count.
    package enum Unit: Sendable, Equatable {
        /// The centre of the upper left pixel is (0, 0).
        case pixels
        /// Shares of the picture's width and height, 0 to 1, from its upper left corner, as YOLO's files count.
        case shares
        /// From the picture's upper left corner, in the object plane.
        case micrometres
    }

    /// Objects that are none of the species.
    package static let other = "other"

    /// Species key, ``other``, or the number of a species in the order they are named.
    package var species: String
    package var shape: Shape
    /// Where it stands in its file: "row 3", "entry 2 of a.png".
    package var place = ""
    package var unit = Unit.pixels

    package init(species: String, shape: Shape) {
        self.species = species
        self.shape = shape
    }

    init(_ species: String, _ shape: Shape, at place: String, in unit: Unit = .pixels) {
        self.init(species: species, shape: shape)
        self.place = place
        self.unit = unit
    }
}

/// Labels are equal that say the same, wherever they stand.
extension Label: Equatable {
    package static func == (a: Label, b: Label) -> Bool {
        a.species == b.species && a.shape == b.shape && a.unit == b.unit
    }
}

extension Label.Unit {
    /// As people write it; nil for one that labels are not read in.
    init?(_ text: String) {
        switch text.lowercased() {
        case "px", "pixel", "pixels": self = .pixels
        // The micro sign and the Greek letter.
        case "um", "\u{B5}m", "\u{3BC}m", "micron", "microns", "micrometre", "micrometres", "micrometer", "micrometers":
            self = .micrometres
        default: return nil
        }
    }
}
