import COpenCV

extension Picture where Sample == Float {
    /// Fourier transform of a grey picture.
    package var spectrum: Spectrum {
        precondition(channels == 1, "the spectrum of a grey picture is taken")
        var values = [Float](repeating: 0, count: 2 * width * height)
        let status = ccv_spectrum_f32(samples, Int32(width), Int32(height), &values)
        precondition(status == 0, "out of memory while transforming \(width) x \(height) pixels")
        return Spectrum(width: width, height: height, values: values)
    }

    /// Correlation of two grey pictures of one size: see ``Spectrum/phaseCorrelations(with:whitenings:cutoff:)``.
    package func phaseCorrelation(with other: Picture, whitening: Double, cutoff: Double) -> Picture {
        spectrum.phaseCorrelations(with: other.spectrum, whitenings: [whitening], cutoff: cutoff)[0]
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

/// Fourier transform of a grey picture, to be correlated with others of its size.
package struct Spectrum: Sendable {
    let width: Int
    let height: Int
    /// Interleaved complex numbers.
    let values: [Float]

    /// Correlation of two pictures of one size for every shift, normalised in frequency.
    ///
    /// Sample (x, y) belongs to `other` being this picture moved by (x, y), modulo the size; a pure shift gives 1
    /// there. With full whitening the peak is a Gaussian of `1 / (2 pi cutoff)` pixels.
    /// - Parameters:
    ///   - whitenings: one or two: 1 is phase correlation (Kuglin and Hines 1975), 0 plain correlation.
    ///   - cutoff: standard deviation of a Gaussian low-pass, in cycles a pixel.
    /// - Returns: a surface for each whitening.
    package func phaseCorrelations(with other: Spectrum, whitenings: [Double], cutoff: Double) -> [Picture<Float>] {
        precondition(width == other.width && height == other.height, "pictures of one size are correlated")
        precondition((1...2).contains(whitenings.count), "one or two surfaces are made at a time")
        var interleaved = [Float](repeating: 0, count: whitenings.count * width * height)
        let status = ccv_phase_correlation(
            values, other.values, Int32(width), Int32(height), whitenings, Int32(whitenings.count), cutoff,
            &interleaved)
        precondition(status == 0, "out of memory while correlating \(width) x \(height) pixels")
        var surfaces = whitenings.map { _ in Picture<Float>(width: width, height: height, channels: 1, filledWith: 0) }
        let count = whitenings.count
        for number in 0..<count {
            surfaces[number].samples.withUnsafeMutableBufferPointer { surface in
                interleaved.withUnsafeBufferPointer { values in
                    for at in surface.indices { surface[at] = values[count * at + number] }
                }
            }
        }
        return surfaces
    }
}

extension Int {
    /// The next length from this on that has no prime factors but 2, 3 and 5, which Fourier transforms are quick at.
    package var fastTransformLength: Int {
        var length = Swift.max(1, self)
        while true {
            var rest = length
            for factor in [2, 3, 5] { while rest % factor == 0 { rest /= factor } }
            if rest == 1 { return length }
            length += 1
        }
    }
}
