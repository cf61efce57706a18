import Imaging
import Testing

@Suite struct PictureTests {
    @Test func eightBitRoundsClipsAndSurvivesNaN() {
        let values: [Float] = [-1, 0, 0.5, 1, 2, .nan, .infinity, -.infinity, 127.4 / 255, 127.6 / 255]
        let picture = Picture(width: values.count, height: 1, channels: 1, samples: values)
        #expect(picture.eightBit.samples == [0, 0, 128, 255, 255, 0, 255, 0, 127, 128])
    }

    @Test func everyByteSurvivesNormalisation() {
        let bytes = Picture(width: 256, height: 1, channels: 1, samples: Array(UInt8.min...UInt8.max))
        #expect(bytes.normalised.eightBit == bytes)
    }

    @Test func greyIsRepeatedInEachChannel() {
        let grey = Picture<UInt8>(width: 2, height: 1, channels: 1, samples: [3, 200])
        #expect(grey.greyAsRGB.samples == [3, 3, 3, 200, 200, 200])
    }
}
