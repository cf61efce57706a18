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

    /// Of a 10-bit sensor; 1023 is white, and more than that, as noise in padding bits, is no darker.
    @Test func deepSamplesUseTheirWholeRange() {
        let deep = Picture<UInt16>(width: 5, height: 1, channels: 1, samples: [0, 4, 512, 1023, 1024])
        #expect(deep.eightBit(ofDepth: 10).samples == [0, 1, 128, 255, 255])
        #expect(deep.sixteenBit(ofDepth: 10).samples == [0, 256, 32800, 65535, 65535])
        let bytes = Picture<UInt16>(width: 3, height: 1, channels: 1, samples: [0, 255, 300])
        #expect(bytes.eightBit(ofDepth: 8).samples == [0, 255, 255])
        #expect(bytes.sixteenBit(ofDepth: 16) == bytes)
    }
}
