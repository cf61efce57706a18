import COpenCV

/// A rectangle of complex numbers, real and imaginary parts interleaved, rows from top to bottom.
package struct ComplexPlane: Sendable {
    package let width: Int
    package let height: Int
    /// `2 * width * height` numbers.
    package var values: [Float]

    package init(width: Int, height: Int) {
        precondition(width > 0 && height > 0, "a plane has at least one sample")
        self.width = width
        self.height = height
        values = Array(repeating: 0, count: 2 * width * height)
    }

    /// Discrete Fourier transform in place; sample (i, j) then belongs to i / width and j / height cycles a sample.
    package mutating func transform() { fourier(isInverse: false) }

    /// The inverse of ``transform()``.
    package mutating func transformBack() { fourier(isInverse: true) }

    private mutating func fourier(isInverse: Bool) {
        let status = ccv_fourier_c32(&values, Int32(width), Int32(height), isInverse ? 1 : 0)
        precondition(status == 0, "out of memory while transforming \(width) x \(height) samples")
    }
}
