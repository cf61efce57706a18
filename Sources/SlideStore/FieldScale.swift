/// The size of a camera pixel in the object plane, and how it is known.
package struct FieldScale: Sendable, Equatable {
    package let nmPerPixel: Double
    /// Where the figure comes from, for instance "simulated microscope", "--nm-per-pixel", "calibration 3".
    package let origin: String

    package init(nmPerPixel: Double, origin: String) {
        precondition(nmPerPixel > 0 && nmPerPixel.isFinite, "a scale is positive")
        self.nmPerPixel = nmPerPixel
        self.origin = origin
    }
}
