/// What the fields of the latest camera and scale have said of the instrument: `GET /v1/instrument`.
package struct InstrumentReport: Codable, Sendable, Equatable {
    /// Medians of a day's fields.
    package struct Day: Codable, Sendable, Equatable {
        /// UTC.
        package var date: String
        package var captures: Int
        /// Brightness of the glass as a share of full scale, 0...1.
        package var light: Double
        /// Saturation of the glass, 0 (grey) to 1.
        package var tint: Double
        /// Of the sharpest edges; null where there were none.
        @Nullable package var edgeBlurUm: Double?

        package init(date: String, captures: Int, light: Double, tint: Double, edgeBlurUm: Double?) {
            self.date = date
            self.captures = captures
            self.light = light
            self.tint = tint
            self.edgeBlurUm = edgeBlurUm
        }
    }

    /// Name of the camera; empty before the first capture.
    package var source: String
    @Nullable package var nmPerPixel: Double?
    /// Of the last sixty days those with captures, oldest first.
    package var days: [Day]
    /// What is unlike on the last of them, a sentence each.
    package var drifts: [String]

    package init(source: String, nmPerPixel: Double?, days: [Day], drifts: [String]) {
        self.source = source
        self.nmPerPixel = nmPerPixel
        self.days = days
        self.drifts = drifts
    }
}
