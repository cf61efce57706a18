import Foundation
import Imaging
import Pairing
import Testing

@Suite struct OutlineTests {
    private let finder = OutlineFinder(sigma: 1.5, closing: 3, minimumArea: 200)

    /// Share of pixels on which two masks agree among those that either holds.
    private func overlap(_ a: Picture<UInt8>, _ isInside: (Int, Int) -> Bool) -> Double {
        var both = 0, either = 0
        for y in 0..<a.height {
            for x in 0..<a.width {
                let p = a[x, y] != 0, q = isInside(x, y)
                if p && q { both += 1 }
                if p || q { either += 1 }
            }
        }
        return Double(both) / Double(either)
    }

    @Test func drawnDiscsAreFoundInBothKindsOfPicture() {
        let slide = Slide.four
        func isInside(_ x: Int, _ y: Int) -> Bool {
            slide.discs.contains { disc in
                let d = SIMD2(Double(x), Double(y)) - disc.at
                return (d * d).sum() <= disc.radius * disc.radius
            }
        }
        // A pixel all round is a tenth of the smallest disc.
        #expect(overlap(finder.silhouettes(slide.electrons()), isInside) > 0.92)
        #expect(overlap(finder.silhouettes(slide.light().grey), isInside) > 0.85)
    }

    @Test func objectsCutByTheBorderAreFilled() {
        let slide = Slide(discs: [(SIMD2(0, 100), 40), (SIMD2(150, 199), 30)])
        let found = finder.silhouettes(slide.electrons(width: 240, height: 200))
        #expect(found[3, 100] != 0 && found[30, 100] != 0 && found[150, 190] != 0)
        #expect(found[100, 50] == 0 && found[80, 100] == 0)
    }

    @Test func dirtAndEmptyFieldsGiveNothing() {
        let dirt = Slide(discs: [(SIMD2(50, 50), 4)]).electrons()
        #expect(finder.silhouettes(dirt).samples.allSatisfy { $0 == 0 })
        let empty = Picture<Float>(width: 50, height: 50, channels: 1, filledWith: 0.3)
        #expect(finder.silhouettes(empty).samples.allSatisfy { $0 == 0 })
    }
}
