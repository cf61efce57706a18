extension Picture<Float> {
    /// Means of `factor` x `factor` pixels, as a camera that bins them gives; rows and columns that make no whole bin are
    /// left out.
    /// - Parameter factor: 1 to the picture's shorter side.
    package func binned(_ factor: Int) -> Picture<Float> {
        let (columns, rows) = (width / factor, height / factor)
        var result = Picture(width: columns, height: rows, channels: channels, filledWith: 0)
        let share = 1 / Float(factor * factor)
        result.samples.withUnsafeMutableBufferPointer { out in
            samples.withUnsafeBufferPointer { samples in
                for y in 0..<rows {
                    for x in 0..<columns {
                        for channel in 0..<channels {
                            var sum: Float = 0
                            for row in y * factor..<(y + 1) * factor {
                                for column in x * factor..<(x + 1) * factor {
                                    sum += samples[(row * width + column) * channels + channel]
                                }
                            }
                            out[(y * columns + x) * channels + channel] = sum * share
                        }
                    }
                }
            }
        }
        return result
    }

    /// The way back: `factor` x `factor` pixels for each, linear between the middles of the bins.
    package func interpolated(_ factor: Int) -> Picture<Float> {
        /// Of a pixel, the bins before and behind its middle and the latter's share.
        func taps(_ count: Int) -> [(before: Int, behind: Int, share: Float)] {
            (0..<count * factor).map { pixel in
                let place = max(0, (Float(pixel) + 0.5) / Float(factor) - 0.5)
                let before = min(Int(place), count - 1)
                return (before, min(before + 1, count - 1), place - Float(before))
            }
        }
        var result = Picture(width: width * factor, height: height * factor, channels: channels, filledWith: 0)
        let columns = taps(width)
        result.samples.withUnsafeMutableBufferPointer { out in
            samples.withUnsafeBufferPointer { samples in
                var to = 0
                for (above, below, down) in taps(height) {
                    for (left, right, along) in columns {
                        for channel in 0..<channels {
                            func between(_ row: Int) -> Float {
                                let first = samples[(row * width + left) * channels + channel]
                                return first + along * (samples[(row * width + right) * channels + channel] - first)
                            }
                            let first = between(above)
                            out[to] = first + down * (between(below) - first)
                            to += 1
                        }
                    }
                }
            }
        }
        return result
    }
}
