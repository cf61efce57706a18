import COpenCV

extension Picture where Sample == Float {
    /// Correlation of two grey pictures of one size for every shift, normalised in frequency.
    ///
    /// Sample (x, y) belongs to `other` being this picture moved by (x, y), modulo the size; a pure shift gives 1
    /// there. With full whitening the peak is a Gaussian of `1 / (2 pi cutoff)` pixels.
    /// - Parameters:
    ///   - whitening: 1 is phase correlation (Kuglin and Hines 1975), 0 plain correlation.
    ///   - cutoff: standard deviation of a Gaussian low-pass, in cycles a pixel.
    package func phaseCorrelation(with other: Picture, whitening: Double, cutoff: Double) -> Picture {
        precondition(
            channels == 1 && other.channels == 1 && width == other.width && height == other.height,
            "grey pictures of one size are correlated")
        var result = Picture(width: width, height: height, channels: 1, filledWith: 0)
        let status = ccv_phase_correlation(
            samples, other.samples, Int32(width), Int32(height), whitening, cutoff, &result.samples)
        precondition(status == 0, "out of memory while correlating \(width) x \(height) pixels")
        return result
    }

    /// Logarithm of the magnitude of a square grey picture's spectrum in log-polar form, which a shift does not
    /// change, a rotation shifts along rows and a magnification along columns (Reddy and Chatterji, IEEE TIP 5 (1996)
    /// 1266).
    /// - Parameters:
    ///   - angles: rows, directions 0..<pi.
    ///   - radii: columns, frequencies `lowest * (highest / lowest)^(column / radii)`, in cycles a side.
    package func logPolarSpectrum(angles: Int, radii: Int, lowest: Double, highest: Double) -> Picture {
        precondition(channels == 1 && width == height, "the spectrum of a square grey picture is taken")
        var result = Picture(width: radii, height: angles, channels: 1, filledWith: 0)
        let status = ccv_log_polar_spectrum(
            samples, Int32(width), Int32(angles), Int32(radii), lowest, highest, &result.samples)
        precondition(status == 0, "out of memory while transforming \(width) x \(height) pixels")
        return result
    }
}
