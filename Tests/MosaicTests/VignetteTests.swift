import Imaging
import Mosaic
import Testing

struct VignetteTests {
    /// 100 pixels of 200 nm are 20 µm: the longest round bar that fits three fifths of them is 10 µm, 50 pixels.
    @Test func theBarIsAsLongAsItSays() {
        let grain = Picture<UInt8>(width: 100, height: 40, channels: 3, filledWith: 128)
        let picture = Vignette.withScaleBar(grain, nmPerPixel: 200)
        #expect(picture.width == 100 && picture.height > 48)
        #expect((0..<40).allSatisfy { picture[99, $0, 1] == 128 })
        let longest = (40..<picture.height).map { y in (0..<100).count { picture[$0, y, 0] == 0 } }.max()
        #expect(longest == 50)
    }

    @Test func withoutAScaleThereIsNoBar() {
        let grain = Picture<UInt8>(width: 10, height: 10, channels: 3, filledWith: 9)
        for scale in [nil, 0, -1, Double.nan, .infinity] {
            #expect(Vignette.withScaleBar(grain, nmPerPixel: scale).height == 10)
        }
        // So few pixels that the name of the length is wider than the grain.
        #expect(Vignette.withScaleBar(grain, nmPerPixel: 100).width > 10)
    }
}
