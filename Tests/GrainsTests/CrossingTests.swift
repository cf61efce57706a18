import Grains
import Testing

@Suite struct CrossingTests {
    private func crossing(_ corners: (Double, Double)...) -> [Int]? {
        corners.map { Grain.Point(x: $0.0, y: $0.1) }.crossing.map { [$0.0, $0.1] }
    }

    @Test func simplePolygonsDoNotCross() {
        #expect(crossing((0, 0), (1, 0), (0, 1)) == nil)
        #expect(crossing((0, 0), (4, 0), (4, 4), (2, 1), (0, 4)) == nil)
        // A corner on a straight side.
        #expect(crossing((0, 0), (1, 0), (2, 0), (2, 2)) == nil)
    }

    @Test func sidesThatMeetAreNamed() {
        #expect(crossing((0, 0), (2, 2), (2, 0), (0, 2)) == [0, 2])
        // A corner touches a side, a side lies on another, two corners are one, a side goes back over itself.
        #expect(crossing((0, 0), (4, 0), (4, 4), (2, 0), (0, 4)) != nil)
        #expect(crossing((0, 0), (4, 0), (4, 1), (3, 0), (1, 0), (0, 1)) != nil)
        #expect(crossing((0, 0), (2, 0), (1, 1), (2, 2), (0, 2), (1, 1)) != nil)
        #expect(crossing((0, 0), (4, 0), (2, 0), (2, 2)) != nil)
    }
}
