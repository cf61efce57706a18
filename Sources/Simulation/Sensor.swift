import Foundation
import Imaging

/// A colour CMOS sensor with 8-bit output and linear response.
struct Sensor: Sendable {
    static let pattern = BayerPattern.bggr
    /// Electrons at full scale.
    var fullWell: Float = 11_000
    /// Standard deviation in electrons.
    var readNoise: Float = 14

    /// - Parameters:
    ///   - light: interleaved RGB, 1 is full scale.
    ///   - stream: each row draws from its own stream, so that threads do not matter.
    /// - Returns: one channel, 0...255.
    func mosaic(_ light: [Float], width: Int, height: Int, seed: UInt64, index: Int) -> Picture<UInt16> {
        var samples = [UInt16](repeating: 0, count: width * height)
        let sensor = self
        samples.parallelRows(height: height) { y, row in
            var random = RandomStream(seed, UInt64(index), 4, UInt64(y))
            for x in 0..<width {
                let share = max(0, light[(y * width + x) * 3 + Self.pattern.channel(x: x, y: y)])
                let electrons = share * sensor.fullWell
                let noise = (electrons + sensor.readNoise * sensor.readNoise).squareRoot() * random.normal()
                row[x] = UInt16(max(0, min(255, ((electrons + noise) / sensor.fullWell * 255).rounded())))
            }
        }
        return Picture(width: width, height: height, channels: 1, samples: samples)
    }
}
