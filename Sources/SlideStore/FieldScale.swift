internal import Quantities

/// The size of a camera pixel in the object plane, and how it is known.
package struct FieldScale: Sendable, Equatable {
    package let nmPerPixel: Double
    /// Where the figure comes from, for instance "simulated microscope", "--nm-per-pixel", "calibration 3".
    package let origin: String

    /// Nil for what cannot be, as rows of early versions may have it: then the scale is not known.
    package init?(nmPerPixel: Double, origin: String) {
        guard Quantity.scale.holds(nmPerPixel) else { return nil }
        self.nmPerPixel = nmPerPixel
        self.origin = origin
    }
}
