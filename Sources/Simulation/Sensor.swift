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

    /// The mosaic without noise.
    /// - Parameter light: interleaved RGB, 1 is full scale.
    /// - Returns: one sample a pixel, 1 is full scale.
    func shares(_ light: [Float], width: Int, height: Int) -> [Float] {
        var shares = [Float](repeating: 0, count: width * height)
        shares.parallelRows(height: height) { y, row in
            for x in 0..<width { row[x] = max(0, light[(y * width + x) * 3 + Self.pattern.channel(x: x, y: y)]) }
        }
        return shares
    }

    /// Normal deviates for `read`, which are drawn once: a live picture cannot afford a fresh one for every pixel.
    static func noiseTable(seed: UInt64) -> [Float] {
        var random = RandomStream(seed, 0, 5)
        return (0..<(1 << 16)).map { _ in random.normal() }
    }

    /// Exposes a mosaic: every row takes its noise from a place of the table drawn anew.
    /// - Parameters:
    ///   - shares: as `shares` gives them, at an exposure of 1.
    ///   - exposure: relative.
    ///   - stream: whose noise it is; another for every picture.
    func read(
        _ shares: [Float], width: Int, height: Int, exposure: Float, table: [Float], stream: UInt64
    ) -> Picture<UInt16> {
        // Standard deviation, in output levels, by output level.
        let deviations = (0..<256).map { level in
            let electrons = Float(level) / 255 * fullWell
            return (electrons + readNoise * readNoise).squareRoot() / fullWell * 255
        }
        var samples = [UInt16](repeating: 0, count: width * height)
        let mask = table.count - 1
        var random = RandomStream(stream, 6)
        samples.withUnsafeMutableBufferPointer { samples in
            shares.withUnsafeBufferPointer { shares in
                table.withUnsafeBufferPointer { table in
                    deviations.withUnsafeBufferPointer { deviations in
                        for y in 0..<height {
                            let start = Int(truncatingIfNeeded: random.next()) & mask
                            for x in 0..<width {
                                let level = min(255, shares[y * width + x] * exposure * 255)
                                let value = level + deviations[Int(level)] * table[(start + x) & mask] + 0.5
                                samples[y * width + x] = UInt16(max(0, min(255, value)))
                            }
                        }
                    }
                }
            }
        }
        return Picture(width: width, height: height, channels: 1, samples: samples)
    }
}
