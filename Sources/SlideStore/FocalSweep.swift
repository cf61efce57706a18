/// How a field was fused from frames at several heights of the focal plane.
package struct FocalSweep: Sendable, Equatable {
    /// One frame of the sweep.
    package struct Plane: Sendable, Equatable, Codable {
        /// Of the focal plane in µm, by the drive; nil where a hand turned the focus.
        package var heightMicrometres: Double?
        /// Compares planes of one field; see `Sharpness`.
        package var sharpness: Double

        package init(heightMicrometres: Double? = nil, sharpness: Double) {
            self.heightMicrometres = heightMicrometres
            self.sharpness = sharpness
        }

        enum CodingKeys: String, CodingKey {
            case heightMicrometres = "height_um"
            case sharpness
        }
    }

    /// In the order in which they were taken; two at least.
    package var planes: [Plane]
    /// The number of the sharpest plane, from 1: its frame is the picture `sharpest`.
    package var sharpest: Int
    /// Largest shift of the field from the first plane, in pixels; it was made good.
    package var shiftPixels: Double

    package init(planes: [Plane], sharpest: Int, shiftPixels: Double) {
        self.planes = planes
        self.sharpest = sharpest
        self.shiftPixels = shiftPixels
    }
}
