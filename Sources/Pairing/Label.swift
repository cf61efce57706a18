/// What a person said of one object in a picture. Pixels; the centre of the upper left pixel is (0, 0).
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

    /// Objects that are none of the species.
    package static let other = "other"

    /// Species key, ``other``, or the number of a species in the order they are named.
    package var species: String
    package var shape: Shape
    /// Where it stands in its file: "row 3", "entry 2 of a.png".
    package var place = ""
    /// The shape counts in shares of the picture's width and height, as YOLO's files do.
    package var isInShares = false

    package init(species: String, shape: Shape) {
        self.species = species
        self.shape = shape
    }

    init(_ species: String, _ shape: Shape, at place: String) {
        self.init(species: species, shape: shape)
        self.place = place
    }
}

/// Labels are equal that say the same, wherever they stand.
extension Label: Equatable {
    package static func == (a: Label, b: Label) -> Bool {
        a.species == b.species && a.shape == b.shape && a.isInShares == b.isInShares
    }
}
