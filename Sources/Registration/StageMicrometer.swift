internal import Foundation
package import Imaging

/// The distance of the lines of a stage micrometer in a picture of it.
///
/// The lines run within 30 degrees of the picture's rows or columns. The picture is cut into bands along the other
/// direction, and frequency and slant are those at which the spectra of all bands, each shifted by the slant, add up to
/// most. Under the window the lines' own harmonics and their mirror image lie too far off to pull on that maximum, so
/// that six lines give their distance to 0.03 %.
///
/// A picture without a ruling has a strongest frequency too, and a scale taken from it would be wrong in every capture
/// after it. So the bands must agree on the phase and on the frequency, and what the lines do not explain must be
/// little.
package struct StageMicrometer: Sendable, Equatable {
    /// Distance of neighbouring lines, across them, in pixels.
    package let pixelsPerDivision: Double
    /// Standard error of that, in pixels, from how far parts of the picture differ.
    package let standardErrorPixels: Double
    /// Of the lines against the picture's rows or columns.
    package let slantDegrees: Double

    /// Least number of lines that a measurement rests on.
    private static let leastLines = 5.0
    /// Power of all bands added over that of bands in step, 0...1: lines give 1, grains less than 0.8.
    private static let leastCoherence = 0.9
    /// Part of the spectrum's power that lies at multiples of the frequency. Scales with longer lines at every fifth
    /// division give 0.9, lines at random less than 0.6.
    private static let leastShare = 0.75
    /// Relative.
    private static let largestError = 0.003

    /// Nil where the picture shows no regular lines.
    package init?(_ picture: Picture<Float>) {
        let grey = picture.grey
        let found = [false, true].compactMap { LineSpectrum(grey, isTransposed: $0)?.measured() }.filter {
            $0.lines >= Self.leastLines && $0.coherence >= Self.leastCoherence && $0.share >= Self.leastShare
                && $0.relativeError <= Self.largestError
        }
        guard let best = found.max(by: { $0.share < $1.share }) else { return nil }
        let slant = atan(best.slope)
        pixelsPerDivision = best.period * cos(slant)
        standardErrorPixels = pixelsPerDivision * best.relativeError
        slantDegrees = slant * 180 / .pi
    }
}
