/// `POST /v1/camera/flat-fields`: take one of what the camera shows now.
package struct FlatFieldRequest: CheckedRequest, Equatable {
    package static let usualFrames = 16
    package static let mostFrames = 256

    /// That it is the mean of; `usualFrames` by default. 0: fields are not divided from now on.
    package var frames: Int?

    package init(frames: Int? = nil) { self.frames = frames }

    package var fault: Problem? {
        guard let frames, !(0...Self.mostFrames).contains(frames) else { return nil }
        return Problem(
            .invalidCalibration, "a flat field is not the mean of \(frames) frames",
            hint: "give 1 to \(Self.mostFrames), or 0 to divide by none")
    }
}
