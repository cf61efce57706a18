import Foundation
package import Imaging

/// A picture every lens can be tried on: smooth waves of many lengths, in all channels and over the whole range.
package enum TestPattern {
    /// Outputs are compared on a grid of `samplesPerSide` x `samplesPerSide` points.
    package static let samplesPerSide = 8

    /// RGB, 0...1.
    package static func picture(width: Int, height: Int, channels: Int) -> Picture<Float> {
        var samples: [Float] = []
        samples.reserveCapacity(width * height * channels)
        for y in 0..<height {
            for x in 0..<width {
                for channel in 0..<channels {
                    let u = Double(x), v = Double(y), c = Double(channel + 1)
                    let wave =
                        sin(0.021 * c * u + 0.5 * c) * cos(0.017 * v) + sin(0.11 * (u - c * v))
                        + cos(0.004 * (u + v) * c)
                    samples.append(Float(0.5 + wave / 6))
                }
            }
        }
        return Picture(width: width, height: height, channels: channels, samples: samples)
    }

    /// All channels at the centres of the grid's cells, row by row.
    package static func samples(of output: Picture<Float>) -> [Float] {
        (0..<samplesPerSide * samplesPerSide).flatMap { index in
            let x = (2 * (index % samplesPerSide) + 1) * output.width / (2 * samplesPerSide)
            let y = (2 * (index / samplesPerSide) + 1) * output.height / (2 * samplesPerSide)
            return (0..<output.channels).map { output[x, y, $0] }
        }
    }
}
