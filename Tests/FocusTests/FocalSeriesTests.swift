import Focus
import Foundation
import Imaging
import Testing

/// Planes made of a chart whose parts are sharp at different heights: what is true is known.
@Suite struct FocalSeriesTests {
    /// Stripes and blots on even glass; the left half lies at height 0, the right half at `right`, in planes.
    private static func chart(width: Int = 192, height: Int = 128, shift: Int = 0) -> Picture<Float> {
        var picture = Picture<Float>(width: width, height: height, channels: 3, filledWith: 0.8)
        for y in 24..<height - 24 {
            for x in 0..<width {
                let u = x - shift
                let isBlot =
                    (u / 6 + y / 6) % 2 == 0 && (16..<80).contains(u)
                    || (u * 3 + y * 5) % 17 < 7 && (112..<176).contains(u)
                if isBlot {
                    for (channel, value) in [0.3, 0.45, 0.6].enumerated() { picture[x, y, channel] = Float(value) }
                }
            }
        }
        return picture.blurred(sigma: 0.7)
    }

    private static func noise(_ picture: Picture<Float>, seed: UInt64) -> Picture<Float> {
        var state = seed
        var result = picture
        for at in result.samples.indices {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            result.samples[at] += (Float(state >> 40) * 0x1p-24 - 0.5) * 0.03
        }
        return result
    }

    /// Left half sharp in plane `left`, right half in plane `right`.
    private static func planes(_ count: Int, left: Int, right: Int, shiftAPlane: Int = 0) -> [Picture<Float>] {
        (0..<count).map { plane in
            let chart = chart(shift: shiftAPlane * plane)
            let parts = [left, right].map { chart.blurred(sigma: 1.2 * Double(abs(plane - $0))) }
            var seen = parts[0]
            for y in 0..<seen.height {
                for x in 96..<seen.width { for channel in 0..<3 { seen[x, y, channel] = parts[1][x, y, channel] } }
            }
            return noise(seen, seed: UInt64(plane + 1))
        }
    }

    private func series(_ planes: [Picture<Float>], heights: [Double]? = nil) throws -> FocalSeries {
        var series = FocalSeries()
        for (number, plane) in planes.enumerated() { try series.add(plane, heightMicrometres: heights?[number]) }
        return series
    }

    private func difference(_ a: Picture<Float>, _ b: Picture<Float>) -> Double {
        let squares = zip(a.samples, b.samples).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
        return (squares / Double(a.samples.count)).squareRoot()
    }

    @Test func theFusedPictureIsSharpWhereverOnePlaneIs() throws {
        let planes = Self.planes(7, left: 1, right: 5)
        let fused = try series(planes).fused().picture
        let clear = Self.chart()
        let single = planes.map { difference($0, clear) }.min()!
        #expect(difference(fused, clear) < 0.4 * single)
    }

    @Test func noiseOverGlassIsAveragedAndNotChosen() throws {
        let planes = Self.planes(8, left: 2, right: 5)
        let fused = try series(planes).fused().picture
        func roughness(_ picture: Picture<Float>) -> Double {
            var sum = 0.0
            for y in 2..<14 { for x in 4..<188 { sum += Double(pow(picture[x, y, 1] - 0.8, 2)) } }
            return (sum / Double(12 * 184)).squareRoot()
        }
        // Of eight planes a mean has 0.35 of the noise; a choice of the strongest would have more than one plane.
        #expect(roughness(fused) < 0.6 * roughness(planes[0]))
    }

    @Test func coloursStayThoseOfThePlanes() throws {
        let fused = try series(Self.planes(5, left: 2, right: 2)).fused().picture
        let clear = Self.chart()
        func mean(_ picture: Picture<Float>, _ channel: Int) -> Double {
            var sum = 0.0
            for y in 40..<88 { for x in 20..<76 { sum += Double(picture[x, y, channel]) } }
            return sum / Double(48 * 56)
        }
        for channel in 0..<3 { #expect(abs(mean(fused, channel) - mean(clear, channel)) < 0.01) }
    }

    @Test func heightsAreThoseOfTheSharpPlanesInMicrometres() throws {
        let heights = [-6.0, -4, -2, 0, 2, 4, 6]
        let map = try series(Self.planes(7, left: 1, right: 5), heights: heights).fused().heights
        #expect(map.unit == .micrometres && map.range == -6...6)
        #expect(abs(try #require(map[48, 64]) - -4) < 0.6)
        #expect(abs(try #require(map[144, 64]) - 4) < 0.6)
        #expect(map[96, 4] == nil, "empty glass has no height")
    }

    @Test func heightsThatAreNotKnownAreNumbersOfPlanes() throws {
        let map = try series(Self.planes(5, left: 1, right: 3)).fused().heights
        #expect(map.unit == .planes)
        #expect(abs(try #require(map[48, 64]) - 2) < 0.4)
        let png = try map.png(nmPerPixel: 100)
        #expect(PNG.text(of: png)[HeightMap.textKey] == "planes 1.0 5.0")
    }

    @Test func theSharpestPlaneIsTheOneInFocus() throws {
        #expect(try series(Self.planes(6, left: 4, right: 4)).sharpest == 4)
    }

    @Test func aSmallDriftIsMadeGood() throws {
        // Two pixels a plane would be more than a fiftieth of this field's side from the second on: one is.
        let planes = Self.planes(3, left: 0, right: 2, shiftAPlane: 1)
        let made = try series(planes)
        #expect(abs(made.planes[2].shiftPixels.x - 2) < 0.8)
        #expect(abs(made.planes[2].shiftPixels.y) < 0.8)
    }

    @Test func aFieldThatMovedIsRefusedWithHowFarAndWhere() throws {
        var planes = Self.planes(4, left: 1, right: 2)
        let moved = Self.planes(1, left: 0, right: 0).map { picture in
            picture.warped([1, 0, -20, 0, 1, 0], width: picture.width, height: picture.height, outside: 0.8)
        }
        planes[3] = Self.noise(moved[0], seed: 9)
        let error = #expect(throws: FocusError.self) { try series(planes) }
        #expect(error?.code == .differentFields)
        #expect(error?.message.contains("since plane 3") == true, "\(error?.message ?? "")")
    }

    @Test func planesOfDifferentSizesAndTooFewAreRefused() throws {
        var series = FocalSeries()
        try series.add(Self.chart())
        #expect(throws: FocusError.self) { try series.fused() }
        let error = #expect(throws: FocusError.self) { try series.add(Self.chart(width: 190)) }
        #expect(error?.message == "plane 2 has 190 x 128 pixels, those before have 192 x 128")
        // What was refused changed nothing.
        try series.add(Self.chart())
        #expect(try series.fused().picture.width == 192)
    }

    @Test func heightsThatTurnBackAreRefused() throws {
        let planes = Self.planes(3, left: 1, right: 1)
        #expect(throws: FocusError.self) { try series(planes, heights: [0, 2, 1]) }
    }
}
