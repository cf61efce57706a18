/// How a capture was fused from frames at several heights of the focal plane: of a `CaptureReport`. Its picture `input` is
/// the fused one; `sharpest` is the frame of one plane as the camera gave it, `heights` says how high what it shows lies.
package struct FocusSweepReport: Codable, Sendable, Equatable {
    package struct Plane: Codable, Sendable, Equatable {
        /// Of the focal plane, by the motor; null where a hand turned the focus.
        @Nullable package var heightUm: Double?
        /// As a share of that of the sharpest plane, 0...1.
        package var sharpness: Double

        package init(heightUm: Double?, sharpness: Double) {
            self.heightUm = heightUm
            self.sharpness = sharpness
        }
    }

    /// In the order in which they were taken.
    package var planes: [Plane]
    /// The number of the sharpest plane, from 1.
    package var sharpest: Int
    /// Largest shift of the field meanwhile, which was made good.
    package var shiftPx: Double

    package init(planes: [Plane], sharpest: Int, shiftPx: Double) {
        self.planes = planes
        self.sharpest = sharpest
        self.shiftPx = shiftPx
    }
}
