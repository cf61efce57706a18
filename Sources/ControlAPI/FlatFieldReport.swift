/// The empty glass under an objective: an element of `GET /v1/camera/flat-fields`.
package struct FlatFieldReport: Codable, Sendable, Equatable {
    /// Something on the optics.
    package struct Speck: Codable, Sendable, Equatable {
        /// Of its middle, in pixels of the frame.
        package var xPx: Double
        package var yPx: Double
        package var diameterPx: Double
        /// How much less light passes at its darkest, 0...1; below 0 where more does.
        package var depth: Double

        package init(xPx: Double, yPx: Double, diameterPx: Double, depth: Double) {
            self.xPx = xPx
            self.yPx = yPx
            self.diameterPx = diameterPx
            self.depth = depth
        }
    }

    package var id: Int64
    /// ISO 8601, UTC.
    package var at: String
    package var by: String
    /// Empty where nobody said which one is on the microscope.
    package var objective: String
    package var camera: String
    package var width: Int
    package var height: Int
    /// That it is the mean of; 0: from then on fields are not divided.
    package var frames: Int
    /// Brightest over darkest place of the light without the dust, less 1.
    package var fallOff: Double
    /// The largest first.
    package var dust: [Speck]
    /// New captures are divided by it.
    package var isInUse: Bool

    package init(
        id: Int64, at: String, by: String, objective: String, camera: String, width: Int, height: Int, frames: Int,
        fallOff: Double, dust: [Speck], isInUse: Bool
    ) {
        self.id = id
        self.at = at
        self.by = by
        self.objective = objective
        self.camera = camera
        self.width = width
        self.height = height
        self.frames = frames
        self.fallOff = fallOff
        self.dust = dust
        self.isInUse = isInUse
    }
}
