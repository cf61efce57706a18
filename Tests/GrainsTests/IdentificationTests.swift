import Foundation
import Grains
import Imaging
import Testing

/// What counts as a grain, as how many, and of which species.
@Suite struct IdentificationTests {
    @Test func anEmptyMapHasNoGrains() {
        #expect(SampleMap(width: 64, height: 32).grains().isEmpty)
        #expect(SampleMap(width: 1, height: 1).grains().isEmpty)
    }

    @Test func aFieldFullOfOneThingIsOneObject() {
        var map = SampleMap(width: 100, height: 80)
        map.ellipse(SampleMap.other, x: 50, y: 40, radii: (1000, 1000))
        let grains = map.grains()
        #expect(grains.map(\.species) == ["unidentified"])
        #expect(grains.map(\.areaPixels) == [8000])
    }

    @Test func dirtBelowTheFloorIsKeptAndNotCounted() {
        var map = SampleMap(width: 300, height: 100)
        map.disc(SampleMap.iva, x: 50, y: 50, radius: 11)  // 23.8 µm²
        map.disc(SampleMap.iva, x: 150, y: 50, radius: 14)  // 38.5 µm²
        map.disc(SampleMap.iva, x: 250, y: 50, radius: 4)  // 3.1 µm²: not worth a word
        #expect(map.grains().map { $0.centroidPixels.x.rounded() } == [150])
        #expect(map.objects().map(\.rejection) == [nil, .small])
        var finder = SampleMap.finder
        finder.minimumAreaSquareMicrometres = 0
        #expect(map.grains(using: finder).count == 3)
        finder.minimumAreaSquareMicrometres = 1e300
        #expect(map.grains(using: finder).isEmpty)
    }

    @Test func otherObjectsAreUnidentified() {
        var map = SampleMap(width: 300, height: 100)
        map.disc(SampleMap.other, x: 50, y: 50, radius: 30)
        map.disc(SampleMap.galanthus, x: 200, y: 50, radius: 30)
        #expect(map.grains().map(\.species) == ["unidentified", "galanthus"])
    }

    @Test func aDoubtfulObjectIsUnidentified() throws {
        var map = SampleMap(width: 200, height: 100)
        map.disc(SampleMap.iva, x: 60, y: 50, radius: 40, value: 0.9)
        for y in 0..<100 {
            for x in 0..<200 where map.picture[x, y, SampleMap.iva] > 0 { map.picture[x, y, SampleMap.galanthus] = 0.8 }
        }
        let grain = try #require(map.grains().first)
        #expect(grain.species == "unidentified")
        // Of a map in 8 bits.
        #expect(abs(grain.confidence - 0.9 / 1.7) < 1 / 255.0)
    }

    /// Neither class reaches the threshold by itself, and yet it is a grain of the one or the other.
    @Test func whatTwoClassesShareIsAGrain() throws {
        var map = SampleMap(width: 300, height: 100)
        map.disc(SampleMap.iva, x: 60, y: 50, radius: 40, value: 0.45)
        map.disc(SampleMap.iva, x: 220, y: 50, radius: 40, value: 0.25)
        for y in 0..<100 {
            for x in 0..<300 where map.picture[x, y, SampleMap.iva] > 0 { map.picture[x, y, SampleMap.galanthus] = 0.2 }
        }
        let grain = try #require(map.grains().first)
        #expect(map.grains().count == 1 && abs(grain.centroidPixels.x - 60) < 0.5)
        #expect(grain.species == "unidentified" && abs(grain.confidence - 0.45) < 1 / 255.0)
        #expect(abs(grain.areaPixels / (.pi * 1600) - 1) < 0.02)
    }

    @Test func islandsRimsAndHolesAreNotCountedAgain() {
        var map = SampleMap(width: 400, height: 200)
        // A large island, a small hole, and a rim of the wrong class.
        map.disc(SampleMap.iva, x: 90, y: 100, radius: 60)
        map.disc(SampleMap.galanthus, x: 100, y: 95, radius: 25)
        map.disc(SampleMap.iva, x: 60, y: 110, radius: 8, value: 0)
        map.disc(SampleMap.galanthus, x: 290, y: 100, radius: 60)
        map.disc(SampleMap.iva, x: 290, y: 100, radius: 50)
        let grains = map.grains()
        #expect(grains.map(\.species) == ["iva", "iva"])
        for grain in grains {
            #expect(abs(grain.areaPixels / (Double.pi * 3600) - 1) < 0.01)
            #expect(grain.confidence < 0.9)
        }
    }

    @Test(arguments: [(1.0, 1.0), (1, 0), (0, -1), (2, -1)])
    func anObjectSeenHalfAsEachSpeciesIsOneDoubtfulObject(normal: (Double, Double)) {
        var map = SampleMap(width: 200, height: 200)
        map.disc(SampleMap.iva, x: 100, y: 100, radius: 60)
        for y in 0..<200 {
            for x in 0..<200
            where normal.0 * Double(x - 100) + normal.1 * Double(y - 100) > 3 && map.picture[x, y, SampleMap.iva] > 0 {
                map.picture[x, y, SampleMap.iva] = 0
                map.picture[x, y, SampleMap.galanthus] = 1
            }
        }
        #expect(map.grains().map(\.species) == ["unidentified"])
    }

    @Test func touchingGrainsOfTwoSpeciesAreTwo() {
        var map = SampleMap(width: 400, height: 200)
        map.disc(SampleMap.iva, x: 120, y: 100, radius: 40)
        map.ellipse(SampleMap.galanthus, x: 215, y: 100, radii: (70, 45))
        #expect(map.grains().map(\.species) == ["galanthus", "iva"])
    }

    @Test(arguments: [40.0, 55, 75, 79])
    func touchingGrainsOfOneSpeciesAreTwo(distance: Double) {
        var map = SampleMap(width: 300, height: 220)
        map.disc(SampleMap.iva, x: 90, y: 90, radius: 40)
        map.disc(SampleMap.iva, x: 90 + distance * 0.8, y: 90 + distance * 0.6, radius: 40)
        let grains = map.grains()
        // Closer than 1.32 radii nothing in the outline tells two grains from one.
        #expect(grains.count == (distance > 53 ? 2 : 1))
        if grains.count == 2 {
            let whole = grains.map(\.areaPixels).reduce(0, +)
            #expect(grains.allSatisfy { abs($0.areaPixels / whole - 0.5) < 0.03 })
        }
    }

    @Test func aChainOfFiveIsFive() {
        var map = SampleMap(width: 400, height: 400)
        for (x, y) in [(80.0, 80.0), (148, 96), (206, 140), (222, 212), (290, 226)] {
            map.disc(SampleMap.iva, x: x, y: y, radius: 38)
        }
        #expect(map.grains().map(\.species) == Array(repeating: "iva", count: 5))
    }

    @Test func elongatedAndRoughGrainsStayWhole() {
        var map = SampleMap(width: 500, height: 300)
        map.ellipse(SampleMap.galanthus, x: 110, y: 150, radii: (90, 42))
        // An outline with bumps of a tenth of the radius.
        for y in 0..<300 {
            for x in 260..<500 {
                let dx = Double(x - 370), dy = Double(y - 150)
                let radius = 60 * (1 + 0.1 * sin(9 * atan2(dy, dx)))
                if dx * dx + dy * dy < radius * radius { map.picture[x, y, SampleMap.iva] = 1 }
            }
        }
        #expect(map.grains().map(\.species).sorted() == ["galanthus", "iva"])
    }

    @Test func brokenMapValuesDoNotCountAndDoNotStop() throws {
        var map = SampleMap(width: 200, height: 100)
        map.disc(SampleMap.iva, x: 60, y: 50, radius: 40, value: 7)
        map.disc(SampleMap.iva, x: 60, y: 50, radius: 5, value: .nan)
        map.disc(SampleMap.galanthus, x: 150, y: 50, radius: 40, value: .nan)
        map.disc(SampleMap.other, x: 150, y: 50, radius: 20, value: -.infinity)
        let grains = map.grains()
        #expect(grains.map(\.species) == ["iva"])
        let confidence = try #require(grains.first).confidence
        #expect(confidence > 0.95 && confidence < 1)
    }

    @Test func noiseIsNoGrains() {
        var map = SampleMap(width: 300, height: 300)
        var state: UInt64 = 1
        for index in map.picture.samples.indices {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            // One channel in twenty speckles.
            map.picture.samples[index] = (state >> 33) % 20 == 0 ? 1 : 0
        }
        #expect(map.grains().isEmpty)
    }

    @Test func theSameMapGivesTheSameGrains() {
        var map = SampleMap(width: 300, height: 220)
        map.disc(SampleMap.iva, x: 90, y: 90, radius: 40)
        map.disc(SampleMap.iva, x: 150, y: 120, radius: 40)
        #expect(map.grains() == map.grains())
    }
}
