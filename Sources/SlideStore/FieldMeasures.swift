/// What a field says of the instrument, whatever lies on it.
package struct FieldMeasures: Sendable, Equatable {
    /// Brightness of the glass as a share of full scale, 0...1.
    package let light: Double
    /// Saturation of the glass, 0 (grey) to 1.
    package let tint: Double
    /// Of the sharpest edges; nil where there are none.
    package let edgeBlurMicrometres: Double?

    package init(light: Double, tint: Double, edgeBlurMicrometres: Double?) {
        self.light = light
        self.tint = tint
        self.edgeBlurMicrometres = edgeBlurMicrometres
    }
}

/// A day of an instrument: medians of its fields.
package struct InstrumentDay: Sendable, Equatable {
    /// UTC: `2026-06-12`.
    package let date: String
    package let captures: Int
    package let light: Double
    package let tint: Double
    /// Nil where no field had edges.
    package let edgeBlurMicrometres: Double?

    package init(date: String, captures: Int, light: Double, tint: Double, edgeBlurMicrometres: Double?) {
        self.date = date
        self.captures = captures
        self.light = light
        self.tint = tint
        self.edgeBlurMicrometres = edgeBlurMicrometres
    }
}
