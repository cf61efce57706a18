import Foundation
import Imaging
import Lens
import Simulation
import Testing

/// What is counted and what is not, told from pixels: ordinary fields pass, and each kind of bad one is named.
@Suite struct FieldJudgementTests {
    /// What the simulated camera gives, 180 nm a pixel.
    private static func field(
        seed: UInt64, index: Int = 0, exposure: Float = 1, focus: Float = 0, density: FieldDensity = FieldDensity()
    ) -> Picture<UInt8> {
        var field = SimulatedField(seed: seed, index: index, view: .camera, density: density)
        field.exposure = exposure
        field.focusOffset = focus
        return field.exposed().demosaiced(SimulatedField.pattern).eightBit(ofDepth: 8)
    }

    private static let ordinary = field(seed: 77)

    private func keys(_ picture: Picture<UInt8>, nmPerPixel: Double? = 180) -> [String] {
        let judgement = FieldJudgement(.bits8(picture), nmPerPixel: nmPerPixel)
        return judgement.refusal.map { ["refused: \($0.reason)"] } ?? judgement.doubts.map(\.key)
    }

    private func brightened(_ factor: Float) -> Picture<UInt8> {
        Self.ordinary.map { UInt8(min(255, (Float($0) * factor).rounded())) }
    }

    // MARK: What passes

    @Test(arguments: [
        (1, Float(1), Float(0)), (2, 1, 0), (3, 1, 0), (9, 1, 2), (4, 0.8, 0), (5, 1.15, -2), (6, 0.75, 0),
    ])
    func ordinaryFieldsPass(seed: Int, exposure: Float, focus: Float) {
        #expect(keys(Self.field(seed: UInt64(seed), exposure: exposure, focus: focus)) == [])
    }

    @Test func emptyCrowdedGreyAndResampledFieldsPass() {
        let empty = FieldDensity(grainsPerSquareMillimetre: 0, othersPerSquareMillimetre: 0)
        #expect(keys(Self.field(seed: 12, density: empty)) == [])
        #expect(keys(Self.field(seed: 13, density: FieldDensity(grainsPerSquareMillimetre: 1500))) == [])
        let grey = Picture<UInt8>(
            width: 1280, height: 1024, channels: 1,
            samples: stride(from: 1, to: Self.ordinary.samples.count, by: 3).map { Self.ordinary.samples[$0] })
        #expect(keys(grey) == [])
        let fine = Self.ordinary.normalised.cropped(x: 300, y: 200, width: 600, height: 500)
            .resampled(width: 1301, height: 1084).eightBit
        #expect(keys(fine, nmPerPixel: 83) == [])
        #expect(keys(Self.ordinary, nmPerPixel: nil) == [])
    }

    /// The verdict is that of the light, not of the number of bits.
    @Test func depthMakesNoDifference() {
        let deep = Self.ordinary.map { UInt16($0) * 257 }
        #expect(FieldJudgement(.bits16(deep), nmPerPixel: 180).doubts.isEmpty)
        #expect(FieldJudgement(.bits16(deep), nmPerPixel: 180).refusal == nil)
    }

    // MARK: What is refused

    @Test func fieldsWithoutLightOrContentAreRefusedWithTheFigure() {
        for value: UInt8 in [0, 128, 255] {
            let flat = Picture<UInt8>(width: 640, height: 480, channels: 3, filledWith: value)
            #expect(keys(flat).first?.contains("shows nothing") == true)
        }
        #expect(keys(brightened(0.1)).first?.contains("too dark: its glass has 8 %") == true)
        #expect(keys(brightened(3)).first?.contains("overexposed") == true)
        // A sensor's dark noise is no field.
        var state: UInt32 = 1
        let noise = Picture<UInt8>(
            width: 640, height: 480, channels: 3,
            samples: (0..<640 * 480 * 3).map { _ in
                state = state &* 1_664_525 &+ 1_013_904_223
                return UInt8(state >> 28)
            })
        #expect(keys(noise).first?.contains("too dark") == true)
    }

    // MARK: What is doubtful

    @Test func eachKindOfDoubtIsNamed() {
        #expect(keys(brightened(0.3)) == ["dark"])
        // At half the light the shipped lens finds nothing in fields full of grains.
        #expect(keys(brightened(0.5)) == ["dark"])
        #expect(keys(brightened(1.3)) == ["overexposed"])
        #expect(keys(Self.ordinary.map { 255 - $0 }).contains("dark-field"))
        let red = Picture<UInt8>(
            width: 1280, height: 1024, channels: 3,
            samples: Self.ordinary.samples.enumerated().map { $0.offset % 3 == 0 ? $0.element : $0.element / 4 })
        #expect(keys(red) == ["dark", "colour"])
        var state: UInt32 = 7
        let noise = Picture<UInt8>(
            width: 300, height: 200, channels: 3,
            samples: (0..<180_000).map { _ in
                state = state &* 1_664_525 &+ 1_013_904_223
                return UInt8(state >> 24)
            })
        #expect(keys(noise).contains("no-glass"))
    }

    /// A sky over a dark, patterned ground: bright and smooth in its upper half only.
    @Test func aPhotographIsDoubted() {
        var photograph = Picture<UInt8>(width: 800, height: 600, channels: 3, filledWith: 0)
        for y in 0..<600 {
            for x in 0..<800 {
                let ground = 60 + 50 * sin(Double(x) / 7) * cos(Double(y) / 5)
                let colour: [Double] =
                    y < 280
                    ? [150 + Double(y) / 8, 190 + Double(y) / 8, 235] : [ground * 0.8, ground * 1.3, ground * 0.5]
                for channel in 0..<3 { photograph[x, y, channel] = UInt8(min(255, colour[channel])) }
            }
        }
        #expect(keys(photograph, nmPerPixel: 180).contains("no-glass"))
    }

    @Test func fieldsOutOfFocusAreDoubtedAndTheBlurIsMeasured() throws {
        #expect(keys(Self.field(seed: 77, focus: 15)) == ["out-of-focus"])
        // A step blurred by a known amount.
        for blur in [0.3, 0.9, 1.5] {
            var step = Picture<Float>(width: 400, height: 300, channels: 3, filledWith: 0.8)
            for y in 100..<200 { for x in 100..<200 { for channel in 0..<3 { step[x, y, channel] = 0.3 } } }
            let field = step.blurred(sigma: blur / 0.18).eightBit
            let found = try #require(FieldFigures(.bits8(field), nmPerPixel: 180).edgeBlurMicrometres)
            #expect(abs(found - blur) < 0.15 * blur + 0.05)
        }
    }
}
