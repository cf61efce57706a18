import Foundation
import Imaging
import Testing

/// Against light, dust and noise that are known.
struct FlatFieldTests {
    private static let size = (width: 320, height: 256)

    /// Fall-off to the corners, pink, with two specks: 5 % and 12 % less light.
    private static func light(_ x: Int, _ y: Int) -> SIMD3<Double> {
        let u = Double(x) / 160 - 1, v = Double(y) / 128 - 1
        var light = SIMD3(0.8, 0.7, 0.75) * (1 - 0.25 * (u * u + v * v) / 2)
        for (cx, cy, radius, depth) in [(80.0, 60.0, 12.0, 0.05), (240.0, 180.0, 10.0, 0.12)] {
            let dx = Double(x) - cx, dy = Double(y) - cy
            if dx * dx + dy * dy < radius * radius { light *= 1 - depth }
        }
        return light
    }

    private func picture(
        noise: Double = 0.01, seed: UInt64, gain: Double = 1, grain: Double? = nil
    ) -> Picture<UInt16> {
        var state = seed
        func random() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) * 0x1p-53 * 2 - 1
        }
        var samples: [UInt16] = []
        for y in 0..<Self.size.height {
            for x in 0..<Self.size.width {
                var light = Self.light(x, y) * gain
                if let grain, (x - 160) * (x - 160) + (y - 128) * (y - 128) < 400 { light *= grain }
                for value in [light.x, light.y, light.z] {
                    samples.append(UInt16(max(0, min(65_535, (value + noise * random()) * 65_535))))
                }
            }
        }
        return Picture(width: Self.size.width, height: Self.size.height, channels: 3, samples: samples)
    }

    private func flat(_ frames: [Picture<UInt16>]) throws -> FlatField {
        var exposure = FlatField.Exposure(width: Self.size.width, height: Self.size.height)
        for frame in frames { try exposure.add(PictureRows(frame)) }
        return try exposure.flatField()
    }

    private func refusal(_ frames: [Picture<UInt16>]) -> String? {
        do {
            _ = try flat(frames)
            return nil
        } catch { return (error as? FlatField.Refusal)?.message }
    }

    @Test func dustIsTold() throws {
        let flat = try flat((1...8).map { picture(seed: $0) })
        // The corners have 1 - 0.25 of the middle's light.
        #expect(abs(flat.fallOff - (1 / 0.75 - 1)) < 0.06, "\(flat.fallOff)")
        let dust = flat.dust.sorted { $0.x < $1.x }
        #expect(dust.count == 2)
        for (speck, truth) in zip(dust, [(80.0, 60.0, 24.0, 0.05), (240.0, 180.0, 20.0, 0.12)]) {
            #expect(abs(speck.x - truth.0) < 4 && abs(speck.y - truth.1) < 4, "\(speck)")
            #expect(abs(speck.diameterPixels - truth.2) < 8 && abs(speck.depth - truth.3) < 0.02, "\(speck)")
        }
    }

    /// A field under the same light becomes even, dust and all, and as bright as in the middle.
    @Test func aFieldBecomesEven() throws {
        let flat = try flat((1...16).map { picture(seed: $0) })
        let field = PictureRows(picture(noise: 0, seed: 99, gain: 0.9, grain: 0.5))
        let divided = field.divided(by: flat)
        var row = [Float](repeating: 0, count: Self.size.width * 3)
        var glass: [Float] = [], grain: [Float] = []
        for y in 0..<Self.size.height {
            row.withUnsafeMutableBufferPointer {
                divided.read(row: y, columns: 0..<Self.size.width, into: $0.baseAddress!)
            }
            for x in 0..<Self.size.width {
                let distance = (x - 160) * (x - 160) + (y - 128) * (y - 128)
                if distance < 380 { grain.append(row[3 * x]) }
                if distance > 420 { glass.append(row[3 * x]) }
            }
        }
        let mean = glass.reduce(0, +) / Float(glass.count)
        // The noise of 16 frames is left: 0.01 / √3 / 4 of 0.7.
        #expect(glass.allSatisfy { abs($0 / mean - 1) < 0.02 })
        #expect(abs(grain.reduce(0, +) / Float(grain.count) / mean - 0.5) < 0.005)
        // As bright as the middle.
        #expect(abs(Double(mean) - 0.9 * 0.8) < 0.02)
        #expect(try #require(flat.unevenness(of: field)) < 0.03)
    }

    /// Light that moved since is told.
    @Test func anotherLightDoesNotFit() throws {
        let flat = try flat((1...8).map { picture(seed: $0) })
        let width = Self.size.width
        let moved = Picture<UInt16>(
            width: width, height: Self.size.height, channels: 3,
            samples: picture(seed: 5).samples.enumerated().map { index, value in
                UInt16(Double(value) * (1 - 0.3 * Double(index / 3 % width) / Double(width)))
            })
        #expect(try #require(flat.unevenness(of: PictureRows(moved))) > 0.2)
    }

    @Test func whatIsNoEmptyGlassIsRefused() {
        #expect(refusal([picture(seed: 1, grain: 0.5)])?.contains("something lies on the glass") == true)
        #expect(refusal([picture(seed: 1), picture(seed: 2, gain: 0.9)])?.contains("the light changed") == true)
        #expect(refusal([picture(seed: 1, gain: 0.1)])?.contains("too dark") == true)
        #expect(refusal([picture(seed: 1, gain: 3)])?.contains("overexposed") == true)
        #expect(refusal([]) != nil)
        let small = Picture<UInt16>(width: 8, height: 8, channels: 3, filledWith: 40_000)
        #expect(refusal([picture(seed: 1), small])?.contains("differ in size") == true)
    }
}
