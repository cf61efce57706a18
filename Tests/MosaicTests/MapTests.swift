import Grains
import Imaging
import Mosaic
import Testing

struct MapTests {
    @Test func theMapShowsFieldsOutlinesAndWhatIsNotPlaced() {
        let slide = SyntheticSlide.scattered(160, width: 860, height: 650, seed: 3)
        var pictures = SyntheticSlide.corners.enumerated().map { slide.picture(at: $1, noise: UInt64($0)) }
        let (whole, wholeFields) = SyntheticSlide.placed(pictures)
        pictures.append(SyntheticSlide().picture(at: .zero, noise: 77))
        let (placement, fields) = SyntheticSlide.placed(pictures)
        var map = SlideMap()
        map.colours = ["iva": SIMD3(255, 0, 0)]
        let square: [Grain.Point] = [(100, 80), (140, 80), (140, 120), (100, 120)].map { Grain.Point(x: $0.0, y: $0.1) }
        let mark = SlideMap.Mark(field: 4, species: "iva", outlinePixels: square)
        let plain = map.draw(whole, descriptions: wholeFields, marks: []) { pictures[$0] }
        let drawn = map.draw(placement, descriptions: fields, marks: [mark]) { pictures[$0] }
        #expect(drawn.channels == 3 && drawn.width >= 842 && drawn.height > plain.height + 240)
        // The outline lies where the field does, at its full scale.
        var red: [(x: Int, y: Int)] = []
        for y in 0..<500 {
            for x in 0..<drawn.width where drawn[x, y, 0] == 255 && drawn[x, y, 1] == 0 && drawn[x, y, 2] == 0 {
                red.append((x, y))
            }
        }
        let left = red.map(\.x).min() ?? 0, top = red.map(\.y).min() ?? 0
        let right = red.map(\.x).max() ?? 0, bottom = red.map(\.y).max() ?? 0
        let wide = right - left, high = bottom - top
        #expect((37...43).contains(wide) && (37...43).contains(high))
        // 6 pixels of margin; the slide begins at (5, 8.25).
        #expect((359...367).contains(left) && (281...289).contains(top), "\(left) \(top)")
    }

    @Test func theMapIsNoLargerThanAskedFor() {
        let slide = SyntheticSlide.scattered(160, width: 860, height: 650, seed: 3)
        let pictures = SyntheticSlide.corners.enumerated().map { slide.picture(at: $1, noise: UInt64($0)) }
        let (placement, fields) = SyntheticSlide.placed(pictures)
        var map = SlideMap()
        map.longestSidePixels = 420
        let drawn = map.draw(placement, descriptions: fields, marks: []) { pictures[$0] }
        #expect(drawn.width <= 440 && drawn.height <= 420)
    }

    /// A standard count is of fields that lie apart.
    @Test func manyFieldsWithoutAPlaceLieInASquare() {
        let pictures = (0..<60).map { SyntheticSlide().picture(at: .zero, noise: UInt64($0)) }
        let (placement, fields) = SyntheticSlide.placed(pictures)
        #expect(placement.fields.allSatisfy { $0.positionMicrometres == nil })
        var map = SlideMap()
        map.longestSidePixels = 600
        let drawn = map.draw(placement, descriptions: fields, marks: []) { pictures[$0] }
        #expect(
            (500...800).contains(drawn.width) && (400...800).contains(drawn.height), "\(drawn.width) \(drawn.height)")
    }
}
