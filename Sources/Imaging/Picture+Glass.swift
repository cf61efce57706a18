extension Glass {
    /// - Parameter picture: RGB, 0...1.
    package init(_ picture: Picture<Float>) {
        precondition(picture.channels == 3, "glass is found in a picture of three channels")
        self = picture.samples.withUnsafeBufferPointer { samples in
            Glass(width: picture.width, height: picture.height) { x, y in
                let at = (y * picture.width + x) * 3
                return SIMD3(samples[at], samples[at + 1], samples[at + 2])
            }
        }
    }

    /// Divides one row of the picture by the glass, which becomes `level`, and clips it to 0...1.
    func divide(_ row: UnsafeMutableBufferPointer<Float>, y: Int) {
        // Straight between places so near to each other that the surface is.
        let step = max(1, width / 128)
        func gain(_ x: Int) -> SIMD3<Float> { Self.level / self(x: Double(x), y: Double(y)) }
        var (x, here) = (0, gain(0))
        while x < width {
            let next = gain(x + step)
            let change = (next - here) / Float(step)
            for pixel in x..<min(width, x + step) {
                let factor = here + Float(pixel - x) * change
                for channel in 0..<3 {
                    let value = row[pixel * 3 + channel] * factor[channel]
                    row[pixel * 3 + channel] = value > 0 ? min(1, value) : 0
                }
            }
            (x, here) = (x + step, next)
        }
    }
}

extension Picture where Sample == Float {
    /// This picture divided by its own glass: what remains of illumination, white balance and exposure is how much of
    /// the light each place lets through, times `Glass.level`, clipped to 0...1.
    ///
    /// Where there is no plausible glass (`Glass.isPlausible`) the whole is divided by its brighter parts.
    package func dividedByGlass() -> (picture: Picture<Float>, glass: Glass) {
        let glass = Glass(self)
        var result = self
        result.samples.withUnsafeMutableBufferPointer { samples in
            for y in 0..<height {
                glass.divide(.init(rebasing: samples[y * width * 3..<(y + 1) * width * 3]), y: y)
            }
        }
        return (result, glass)
    }
}
