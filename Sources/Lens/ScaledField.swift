internal import Imaging

/// The captured field as the networks see it: corrected, at the lens's scale, made part by part where it is needed.
struct ScaledField: Sendable {
    /// At the lens's scale, in pixels.
    var width: Int { resampling.width }
    /// At the lens's scale, in pixels.
    var height: Int { resampling.height }
    /// Pixels of the lens to one of the field's own.
    var factor: Float { Float(width) / Float(pixels.width) }
    private let pixels: PictureRows
    private let resampling: Resampling

    /// - Parameters:
    ///   - pixels: the field at its own scale, corrected.
    ///   - width, height: at the lens's scale.
    init(_ pixels: PictureRows, width: Int, height: Int) {
        self.pixels = pixels
        resampling = Resampling(width: pixels.width, height: pixels.height, toWidth: width, height: height)
    }

    /// Makes parts of rows, RGB, 0...1.
    func forEachRow(
        _ rows: some Sequence<Int>, columns: Range<Int>, _ body: (_ pixels: UnsafePointer<Float>) -> Void
    ) {
        resampling.forEachRow(rows, columns: columns, channels: 3) { row, columns, out in
            pixels.read(row: row, columns: columns, into: out)
        } body: { _, pixels in
            // Lanczos overshoots at edges; a camera cannot.
            for index in 0..<columns.count * 3 { pixels[index] = max(0, min(1, pixels[index])) }
            body(pixels)
        }
    }
}
