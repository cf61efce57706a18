import Imaging
import Testing

@Suite struct BayerTests {
    /// A colour field that changes linearly, which interpolation restores up to rounding away from the border.
    private func colour(x: Int, y: Int) -> [Int] {
        [2000 + 90 * x + 40 * y, 30000 - 70 * x + 55 * y, 9000 + 30 * x - 20 * y]
    }

    @Test(arguments: BayerPattern.allCases)
    func aLinearFieldIsRestored(pattern: BayerPattern) {
        let (width, height) = (46, 37)
        var mosaic = Picture<UInt16>(width: width, height: height, channels: 1, filledWith: 0)
        for y in 0..<height {
            for x in 0..<width { mosaic[x, y] = UInt16(colour(x: x, y: y)[pattern.channel(x: x, y: y)]) }
        }
        let rgb = mosaic.demosaiced(pattern)
        #expect(rgb.width == width && rgb.height == height && rgb.channels == 3)
        var worst = 0
        for y in 2..<height - 2 {
            for x in 2..<width - 2 {
                for channel in 0..<3 {
                    worst = max(worst, abs(Int(rgb[x, y, channel]) - colour(x: x, y: y)[channel]))
                }
            }
        }
        #expect(worst <= 2)
    }

    /// The four orders spelled out, independent of `BayerPattern.red`.
    @Test func thePatternsAreWhatTheirNamesSay() {
        for pattern in BayerPattern.allCases {
            let letters = [(0, 0), (1, 0), (0, 1), (1, 1)].map {
                "rgb".map(String.init)[pattern.channel(x: $0.0, y: $0.1)]
            }
            #expect(letters.joined() == pattern.rawValue)
        }
    }

    @Test func theFullRangeSurvives() {
        let mosaic = Picture<UInt16>(width: 8, height: 6, channels: 1, filledWith: 65535)
        #expect(mosaic.demosaiced(.bggr).samples.allSatisfy { $0 == 65535 })
    }
}
