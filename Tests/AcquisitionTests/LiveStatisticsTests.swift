import Acquisition
import Camera
import ControlAPI
import Imaging
import Testing

@Suite struct LiveStatisticsTests {
    private func frame(_ pixels: Frame.Pixels, bits: Int = 8) -> Frame {
        Frame(pixels: pixels, bitDepth: bits, exposedAt: .now, sequence: 0, format: "test")
    }

    @Test func clippingAndHistogramAreOfTheSensor() {
        var mosaic = Picture<UInt16>(width: 32, height: 32, channels: 1, filledWith: 128)
        for x in 0..<32 { mosaic[x, 0] = 255 }
        for x in 0..<16 { mosaic[x, 1] = 0 }
        let statistics = LiveStatistics(frame(.mosaic(mosaic, .rggb)))
        #expect(statistics.clippedHigh == 32 / 1024.0 && statistics.clippedLow == 16 / 1024.0)
        // Rows of red and green, then of green and blue.
        #expect(statistics.histogram.red.reduce(0, +) == 256 && statistics.histogram.green.reduce(0, +) == 512)
        #expect(statistics.histogram.red[63] == 16 && statistics.histogram.blue[63] == 0)
        #expect(statistics.histogram.blue[0] == 8 && statistics.histogram.red.count == 64)
    }

    @Test func deepAndGreyFramesUseTheirRange() {
        let grey = Picture<UInt16>(width: 32, height: 32, channels: 1, filledWith: 4095)
        let statistics = LiveStatistics(frame(.grey(grey), bits: 12))
        #expect(statistics.clippedHigh == 1 && statistics.histogram.red == statistics.histogram.blue)
        #expect(statistics.histogram.green[63] == 1024)
        let rgb = Picture<UInt16>(width: 16, height: 16, channels: 3, samples: (0..<768).map { UInt16($0 % 3) * 100 })
        let colours = LiveStatistics(frame(.rgb(rgb))).histogram
        #expect(colours.red[0] == 256 && colours.green[25] == 256 && colours.blue[50] == 256)
    }

    /// Sharp structure scores higher than blurred, and noise alone next to nothing.
    @Test func focusRisesWithSharpnessAndNotWithNoise() {
        var state: UInt64 = 1
        func noise() -> Float {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) / Float(1 << 24) - 0.5
        }
        func grey(sigma: Double, contrast: Float, noise amplitude: Float, slope: Float = 0) -> Picture<UInt16> {
            var picture = Picture<Float>(width: 256, height: 256, channels: 1, filledWith: 150)
            for y in 0..<256 { for x in 0..<256 { picture[x, y] += slope * (Float(x) - 128) } }
            for y in 0..<256 { for x in 0..<256 where (x / 12 + y / 12) % 2 == 0 { picture[x, y] += contrast } }
            return picture.blurred(sigma: sigma).map { UInt16(max(0, min(255, $0 + amplitude * noise()))) }
        }
        let sharp = LiveStatistics(frame(.grey(grey(sigma: 1, contrast: 60, noise: 8)))).focus!
        let soft = LiveStatistics(frame(.grey(grey(sigma: 4, contrast: 60, noise: 8)))).focus!
        let empty = LiveStatistics(frame(.grey(grey(sigma: 1, contrast: 0, noise: 40)))).focus!
        #expect(sharp > 1.5 * soft && soft > 3 * empty, "\(sharp) \(soft) \(empty)")
        // Nor does light that falls off from one side to the other, whichever.
        for slope in [Float(-0.2), 0.2] {
            let slanting = LiveStatistics(frame(.grey(grey(sigma: 1, contrast: 60, noise: 8, slope: slope)))).focus!
            #expect(abs(slanting / sharp - 1) < 0.2, "\(slanting) \(sharp)")
        }
    }
}
