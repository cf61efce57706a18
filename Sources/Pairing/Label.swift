/// What a person said of one object in a picture. Pixels; the centre of the upper left pixel is (0, 0).
package struct Label: Sendable, Equatable {
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

    package init(species: String, shape: Shape) {
        self.species = species
        self.shape = shape
    }
}
