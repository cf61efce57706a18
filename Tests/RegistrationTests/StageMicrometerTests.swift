import Foundation
import Imaging
import Registration
import Testing

@Suite struct StageMicrometerTests {
    /// Lines drawn by a formula, dark on light, with soft edges and noise.
    private struct Ruling {
        var period = 55.5556
        /// Of the period.
        var lineWidth = 0.2
        var slantDegrees = 0.0
        var isLevel = false
        /// Every fifth line runs on where the others have ended, as on a scale.
        var hasLongLines = false
        var noise = 0.02

        func picture(width: Int = 480, height: Int = 320, seed: UInt64 = 9) -> Picture<Float> {
            var state = seed
            var result = Picture<Float>(width: width, height: height, channels: 1, filledWith: 0)
            let slant = slantDegrees * .pi / 180
            for y in 0..<height {
                for x in 0..<width {
                    let (along, across) = isLevel ? (Double(x), Double(y)) : (Double(y), Double(x))
                    let phase = (across * cos(slant) + along * sin(slant)) / period + 0.31
                    let number = phase.rounded()
                    let distance = abs(phase - number) * period
                    var line = max(0, min(1, lineWidth * period / 2 - distance + 0.5))
                    let end = 0.55 * Double(isLevel ? width : height)
                    if hasLongLines, along > end, Int(number) % 5 != 0 { line = 0 }
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    let shade = 0.8 - 0.15 * Double(x) / Double(width) - (lineWidth > 0 ? 0.5 : 0) * line
                    result[x, y] = Float(shade + noise * (Double(state >> 33) / Double(1 << 30) - 1))
                }
            }
            return result
        }
    }

    @Test(arguments: [
        Ruling(), Ruling(lineWidth: 0.05), Ruling(period: 7.3, lineWidth: 0.5), Ruling(period: 78.25),
        Ruling(slantDegrees: -11), Ruling(period: 41.5, isLevel: true),
        Ruling(period: 20.1, lineWidth: 0.15, slantDegrees: 1, hasLongLines: true),
    ])
    private func theDistanceOfTheLinesIsMeasured(ruling: Ruling) throws {
        let measured = StageMicrometer(ruling.picture())
        let found = try #require(measured)
        #expect(abs(found.pixelsPerDivision / ruling.period - 1) < 4e-4, "\(ruling) \(found)")
        #expect(abs(found.slantDegrees - ruling.slantDegrees) < 0.05, "\(found)")
        #expect(found.standardErrorPixels < 1e-3 * ruling.period, "\(found)")
    }

    /// A scale from a picture that shows none would be a wrong scale in every capture after it.
    @Test(arguments: 0..<6) func whatIsNoRulingIsNone(kind: Int) {
        var picture = Ruling(lineWidth: 0).picture()
        var state: UInt64 = 77
        func random() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 33) / Double(1 << 31)
        }
        func disc(_ x: Double, _ y: Double, _ radius: Double) {
            for row in max(0, Int(y - radius))..<min(320, Int(y + radius) + 1) {
                for column in max(0, Int(x - radius))..<min(480, Int(x + radius) + 1)
                where hypot(Double(column) - x, Double(row) - y) < radius { picture[column, row] = 0.3 }
            }
        }
        switch kind {
        case 0: break
        case 1: for _ in 0..<12 { disc(random() * 480, random() * 320, 40 + 20 * random()) }
        case 2: for _ in 0..<120 { disc(random() * 480, random() * 320, 8) }
        case 3: for y in 0..<320 { for x in 200..<240 { picture[x, y] = 0.2 } }
        case 4: for y in 0..<320 { for x in [40, 75, 150, 215, 310, 340, 450] { picture[x, y] = 0.2 } }
        default: for _ in 0..<3 { disc(random() * 480, random() * 320, 70) }
        }
        let measured = StageMicrometer(picture)
        #expect(measured == nil)
    }
}
