package import Imaging

extension SimulatedField {
    /// One field with the focal plane at one height after the other.
    package struct Series: Sendable {
        /// RGB, 0...255.
        package let planes: [Picture<UInt8>]
        /// With each grain's height.
        package let truth: FieldTruth
    }

    /// A focal series of the camera's view through a mount in which bodies lie at any height; about 2 s of one core a plane.
    /// - Parameters:
    ///   - heights: of the focal planes above the middle of the mount, in µm.
    ///   - thickness: bodies' middles lie within half of it above and below, in µm.
    package func series(heights: [Double], thickness: Double) -> Series {
        precondition(view == .camera && !heights.isEmpty)
        var field = self
        field.thickness = Float(thickness)
        var truth: FieldTruth?
        let planes = heights.enumerated().map { number, height in
            field.focusHeight = Float(height)
            field.exposureNumber = number
            let rendering = field.render()
            truth = rendering.truth
            return rendering.optical
        }
        return Series(planes: planes, truth: truth!)
    }

    /// The same field as if all lay at one height, and that in focus: what no microscope shows of a thick mount.
    package func allInFocus() -> Picture<UInt8> {
        var field = self
        field.thickness = 0
        field.focusHeight = 0
        return field.render().optical
    }

    /// What the sensor of a small part of a field gives at a height: for studies that need many.
    package func mosaic(atHeight height: Double, thickness: Double, exposure: Int) -> Picture<UInt16> {
        var field = self
        field.thickness = Float(thickness)
        field.focusHeight = Float(height)
        field.exposureNumber = exposure
        return field.exposed()
    }
}
