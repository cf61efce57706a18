import Grains
import Imaging
import Testing

/// Lengths and areas against drawn discs and ellipses, whose measures are known.
@Suite struct MeasurementTests {
    @Test func aDiscHasItsCentreAreaAndDiameter() throws {
        var map = SampleMap(width: 200, height: 150)
        map.disc(SampleMap.iva, x: 80.25, y: 60.5, radius: 40)
        let grain = try #require(map.grains().first)
        #expect(map.grains().count == 1)
        #expect(grain.species == "iva")
        #expect(abs(grain.centroidPixels.x - 80.25) < 0.05)
        #expect(abs(grain.centroidPixels.y - 60.5) < 0.05)
        // Radius 40 px of 0.25 µm: 10 µm.
        #expect(abs(grain.areaSquareMicrometres / (Double.pi * 100) - 1) < 0.005)
        #expect(abs(grain.equivalentDiameterMicrometres - 20) < 0.1)
        #expect(abs(grain.areaPixels / (Double.pi * 1600) - 1) < 0.005)
        #expect(grain.confidence == 1)
        #expect(!grain.isOnBorder)
        let box = grain.boundingBoxPixels
        #expect(abs(box.x0 - 40.5) < 1 && abs(box.x1 - 121) < 1 && abs(box.y0 - 21) < 1 && abs(box.y1 - 101) < 1)
    }

    @Test func aFinerMapGivesTheSameGrainInInputPixels() throws {
        // The map has 2 and 4 pixels for each of the input's, so a circle in the object plane is an ellipse in the map.
        var map = SampleMap(width: 400, height: 600)
        map.ellipse(SampleMap.galanthus, x: 200.5, y: 302.5, radii: (60, 120))
        let scale = MapScale(inputSize: (200, 150), mapSize: (400, 600), nmPerInputPixel: 500)
        let grain = try #require(map.grains(scale: scale).first)
        #expect(grain.species == "galanthus")
        // (x + 0.5) * s - 0.5
        #expect(abs(grain.centroidPixels.x - (201 * 0.5 - 0.5)) < 0.05)
        #expect(abs(grain.centroidPixels.y - (303 * 0.25 - 0.5)) < 0.05)
        #expect(abs(grain.equivalentDiameterMicrometres - 30) < 0.15)
        #expect(abs(grain.areaPixels / (Double.pi * 900) - 1) < 0.005)
        #expect(abs((grain.boundingBoxPixels.x1 - grain.boundingBoxPixels.x0) - 60) < 1)
        #expect(abs((grain.boundingBoxPixels.y1 - grain.boundingBoxPixels.y0) - 60) < 0.5)
    }

    @Test func theOutlineEnclosesTheGrain() throws {
        var map = SampleMap(width: 200, height: 150)
        map.disc(SampleMap.iva, x: 90, y: 70, radius: 30)
        let outline = try #require(map.grains().first).outlinePixels
        #expect((8...80).contains(outline.count))
        for corner in outline {
            let radius = ((corner.x - 90) * (corner.x - 90) + (corner.y - 70) * (corner.y - 70)).squareRoot()
            #expect(radius > 28.5 && radius < 31.2)
        }
        var doubleArea = 0.0
        for (a, b) in zip(outline, outline.dropFirst() + outline.prefix(1)) { doubleArea += a.x * b.y - b.x * a.y }
        #expect(abs(doubleArea / 2 / (Double.pi * 900) - 1) < 0.02)
    }

    @Test func theOutlineReachesTheFieldsEdge() throws {
        var map = SampleMap(width: 60, height: 40)
        map.ellipse(SampleMap.iva, x: 0, y: 0, radii: (1000, 1000))
        let scale = MapScale(inputSize: (120, 20), mapSize: (60, 40), nmPerInputPixel: 250)
        let outline = try #require(map.grains(scale: scale).first).outlinePixels
        #expect(outline.count == 4)
        for corner in [(-0.5, -0.5), (119.5, -0.5), (119.5, 19.5), (-0.5, 19.5)] {
            #expect(outline.contains(Grain.Point(x: corner.0, y: corner.1)))
        }
    }

    @Test func anOutlineGoesRoundPartsThatTouchAtACorner() throws {
        var map = SampleMap(width: 60, height: 60)
        for y in 0..<60 {
            for x in 0..<60
            where (10..<40).contains(min(x, y)) && max(x, y) < 40 || min(x, y) >= 40 && max(x, y) < 44 {
                map.picture[x, y, SampleMap.iva] = 1
            }
        }
        let outline = try #require(map.grains().first).outlinePixels
        #expect(outline.contains(Grain.Point(x: 9.5, y: 9.5)) && outline.contains(Grain.Point(x: 43.5, y: 43.5)))
    }

    @Test func grainsAtEachEdgeAreMarked() {
        var map = SampleMap(width: 300, height: 300)
        for (x, y) in [(0.0, 150.0), (299, 150), (150, 0), (150, 299), (150, 150)] {
            map.disc(SampleMap.iva, x: x, y: y, radius: 30)
        }
        let grains = map.grains()
        #expect(grains.count == 5)
        #expect(grains.filter(\.isOnBorder).count == 4)
        #expect(grains.filter { !$0.isOnBorder }.map(\.centroidPixels) == [Grain.Point(x: 150, y: 150)])
        // The box ends at the field's edge.
        #expect(grains.map(\.boundingBoxPixels.x0).min() == 0 && grains.map(\.boundingBoxPixels.x1).max() == 300)
    }

    @Test func grainsComeInReadingOrder() {
        var map = SampleMap(width: 300, height: 300)
        for (x, y) in [(200.0, 50.0), (50, 60), (100, 250)] { map.disc(SampleMap.iva, x: x, y: y, radius: 25) }
        #expect(map.grains().map { $0.centroidPixels.x.rounded() } == [200, 50, 100])
    }
}
