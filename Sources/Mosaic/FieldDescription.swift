/// What is known of a field before its picture is looked at.
package struct FieldDescription: Sendable, Equatable {
    /// In pixels.
    package var width: Int
    package var height: Int
    package var nmPerPixel: Double
    /// Where the stage says the upper left corner lies, x to the right and y down, in µm.
    package var stageMicrometres: SIMD2<Double>?
    /// How far the stage may be wrong, in µm.
    package var stageUncertaintyMicrometres: Double

    package init(
        width: Int, height: Int, nmPerPixel: Double, stageMicrometres: SIMD2<Double>? = nil,
        stageUncertaintyMicrometres: Double = 20
    ) {
        precondition(width > 0 && height > 0 && nmPerPixel > 0 && nmPerPixel.isFinite, "a field has a size and a scale")
        precondition(stageUncertaintyMicrometres > 0, "a stage is never exact")
        self.width = width
        self.height = height
        self.nmPerPixel = nmPerPixel
        self.stageMicrometres = stageMicrometres
        self.stageUncertaintyMicrometres = stageUncertaintyMicrometres
    }

    /// Width and height in µm.
    package var sizeMicrometres: SIMD2<Double> { SIMD2(Double(width), Double(height)) * (nmPerPixel / 1000) }
}
