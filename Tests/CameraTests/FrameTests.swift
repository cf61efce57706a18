import Camera
import Imaging
import Testing

@Suite struct FrameTests {
    private func frame(_ pixels: Frame.Pixels, bits: Int) -> Frame {
        Frame(pixels: pixels, bitDepth: bits, exposedAt: .now, sequence: 0, format: "test")
    }

    @Test(arguments: [10, 12, 14])
    func deepSamplesAreScaledToFullRange(bits: Int) {
        let maximum = UInt16(1 << bits) - 1
        let values: [UInt16] = [0, 1, maximum / 2, maximum]
        let grey = Picture<UInt16>(width: 4, height: 1, channels: 1, samples: values)
        guard case .bits16(let rgb) = frame(.grey(grey), bits: bits).colour() else {
            Issue.record("deep frames give 16 bits")
            return
        }
        for x in 0..<4 {
            let expected = (Double(values[x]) * 65535 / Double(maximum)).rounded()
            for channel in 0..<3 { #expect(Double(rgb[x, 0, channel]) == expected) }
        }
    }

    @Test(arguments: BayerPattern.allCases)
    func aUniformColourSurvivesItsMosaic(pattern: BayerPattern) {
        let colour: [UInt16] = [200, 100, 50]
        var mosaic = Picture<UInt16>(width: 12, height: 10, channels: 1, filledWith: 0)
        for y in 0..<10 {
            for x in 0..<12 { mosaic[x, y] = colour[pattern.channel(x: x, y: y)] }
        }
        guard case .bits8(let rgb) = frame(.mosaic(mosaic, pattern), bits: 8).colour() else {
            Issue.record("8 bits stay 8 bits")
            return
        }
        for channel in 0..<3 { #expect(UInt16(rgb[6, 5, channel]) == colour[channel]) }
    }

    @Test func barMeansLookAtTheMiddleOfEachBar() {
        var picture = Picture<UInt8>(width: 64, height: 3, channels: 3, filledWith: 0)
        for y in 0..<3 {
            for x in 0..<64 {
                picture[x, y, 0] = UInt8(x / 8 * 30)
                // A blurred edge between bars does not count.
                if x % 8 == 0 { picture[x, y, 1] = 255 }
            }
        }
        let means = CameraProbe.barMeans(.bits8(picture))
        #expect(means.count == 8)
        for bar in 0..<8 {
            #expect(abs(means[bar][0] - Double(bar * 30) / 255) < 1e-6)
            #expect(means[bar][1] == 0)
        }
    }
}
