/// One calibration of an objective: an element of `GET /v1/camera/calibrations`. None is ever changed: a new one
/// follows.
package struct CalibrationReport: Codable, Sendable, Equatable {
    package enum Means: String, Codable, Sendable {
        /// From the sensor's pitch and the magnification.
        case pixelPitch = "pixel-pitch"
        /// From a picture of a stage micrometer.
        case stageMicrometer = "stage-micrometer"
        /// Somebody said so.
        case given
    }

    package var id: Int64
    /// Name of the objective.
    package var objective: String
    /// Of the camera's own pixels in the object plane.
    package var nmPerPixel: Double
    package var how: Means
    /// ISO 8601, UTC.
    package var at: String
    /// The user who connected: `uid=1000 gid=1000 pid=4711`.
    package var by: String
    /// Captures get this scale now: the last calibration of the objective in use.
    package var isInUse: Bool
    /// `3.6 um / 20`, or what was measured.
    @Nullable package var note: String?

    package init(
        id: Int64, objective: String, nmPerPixel: Double, how: Means, at: String, by: String, isInUse: Bool,
        note: String? = nil
    ) {
        self.id = id
        self.objective = objective
        self.nmPerPixel = nmPerPixel
        self.how = how
        self.at = at
        self.by = by
        self.isInUse = isInUse
        self.note = note
    }
}
