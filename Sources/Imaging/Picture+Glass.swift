extension Glass {
    /// - Parameter picture: RGB, 0...1.
    package init(_ picture: Picture<Float>) { self.init(PictureRows(picture)) }

    /// Divides a part of one row of the picture by the glass, which becomes `level`, and clips it to 0...1.
    func divide(_ pixels: UnsafeMutablePointer<Float>, row: Int, columns: Range<Int>) {
        // Straight between places so near to each other that the surface is; the same ones whatever the part.
        let step = max(1, width / 128)
        func gain(_ x: Int) -> SIMD3<Float> { Self.level / self(x: Double(x), y: Double(row)) }
        var start = columns.lowerBound / step * step
        var here = gain(start)
        while start < columns.upperBound {
            let next = gain(start + step)
            let change = (next - here) / Float(step)
            for x in max(start, columns.lowerBound)..<min(columns.upperBound, start + step) {
                let factor = here + Float(x - start) * change
                let at = (x - columns.lowerBound) * 3
                for channel in 0..<3 {
                    let value = pixels[at + channel] * factor[channel]
                    pixels[at + channel] = value > 0 ? min(1, value) : 0
                }
            }
            (start, here) = (start + step, next)
        }
    }
}

extension Picture where Sample == Float {
    /// This picture divided by its own glass: what remains of illumination, white balance and exposure is how much of
    /// the light each place lets through, times `Glass.level`, clipped to 0...1.
    ///
    /// Where there is no plausible glass (`Glass.isPlausible`) the whole is divided by its brighter parts.
    package func dividedByGlass() -> (picture: Picture<Float>, glass: Glass) {
        precondition(channels == 3, "glass is found in a picture of three channels")
        let glass = Glass(PictureRows(self))
        var result = self
        result.samples.withUnsafeMutableBufferPointer { samples in
            for row in 0..<height {
                glass.divide(samples.baseAddress! + row * width * 3, row: row, columns: 0..<width)
            }
        }
        return (result, glass)
    }
}
