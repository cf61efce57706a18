import Foundation
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

    /// The rule of the forbidden edges; a corner that both kinds of side meet in belongs to the forbidden one.
    @Test(arguments: [
        (BorderRule.twoEdges, Set(["left", "top", "upper left", "inside"])),
        (.all, Set(["left", "top", "right", "bottom", "upper left", "upper right", "lower left", "inside"])),
        (.none, Set(["inside"])),
    ])
    func theBorderRuleSaysWhichCutGrainsCount(rule: BorderRule, expected: Set<String>) throws {
        let places = [
            "left": (0.0, 200.0), "top": (200, 0), "right": (399, 200), "bottom": (200, 399), "upper left": (0, 0),
            "upper right": (399, 0), "lower left": (0, 399), "inside": (200, 200),
        ]
        var finder = SampleMap.finder
        finder.borderRule = rule
        for (name, (x, y)) in places {
            var map = SampleMap(width: 400, height: 400)
            map.disc(SampleMap.iva, x: x, y: y, radius: 40)
            let object = try #require(map.objects(using: finder).first)
            #expect(object.rejection == (expected.contains(name) ? nil : .border), "\(name)")
            #expect(map.objects(using: finder).count == 1)
        }
    }

    /// Fields that tile a slide count each grain of it once, whatever its size, and never twice.
    @Test func fieldsSideBySideCountEveryGrainOnce() {
        var slide = SampleMap(width: 900, height: 900)
        var count = 0
        for row in 0..<9 {
            for column in 0..<9 {
                let (x, y) = (Double(52 + column * 99), Double(52 + row * 99))
                slide.disc(SampleMap.iva, x: x, y: y, radius: Double(16 + (row * 9 + column) % 25))
                count += 1
            }
        }
        var finder = SampleMap.finder
        finder.borderRule = .twoEdges
        finder.guardMicrometres = 0
        var found = 0
        for y in stride(from: 0, to: 900, by: 300) {
            for x in stride(from: 0, to: 900, by: 300) {
                var field = SampleMap(width: 300, height: 300)
                for v in 0..<300 {
                    for u in 0..<300 { field.picture[u, v, SampleMap.iva] = slide.picture[x + u, y + v, SampleMap.iva] }
                }
                found += field.grains(using: finder).count
            }
        }
        #expect(found == count)
    }

    /// The counting frame begins inside the field: a sliver at its left or upper side is not counted, a grain that
    /// reaches into the frame is, and the frame is the area that the count stands for.
    @Test func sliversAtTheCountingSidesAreLeftOut() {
        var map = SampleMap(width: 400, height: 400)
        map.disc(SampleMap.iva, x: -20, y: 100, radius: 36)  // reaches 4 µm into the field
        map.disc(SampleMap.iva, x: -12, y: 300, radius: 36)  // 6 µm
        map.disc(SampleMap.iva, x: 200, y: -20, radius: 36)  // 4 µm
        var finder = SampleMap.finder
        finder.borderRule = .twoEdges
        #expect(map.objects(using: finder).map(\.rejection) == [.border, .border, nil])
        let frame = BorderRule.twoEdges.frame(widthMicrometres: 100, heightMicrometres: 80)
        #expect(frame.x == 5 && frame.y == 5 && frame.width == 95 && frame.height == 75)
        #expect(BorderRule.all.frame(widthMicrometres: 100, heightMicrometres: 80).width == 100)
    }

    @Test(arguments: [(60.0, 25.0, 0.0), (60, 25, 35), (25, 60, 0), (40, 30, -62)])
    func theEllipseHasTheShapesAxes(a: Double, b: Double, degrees: Double) throws {
        var map = SampleMap(width: 200, height: 200)
        let (c, s) = (cos(degrees * .pi / 180), sin(degrees * .pi / 180))
        for y in 0..<200 {
            for x in 0..<200 {
                let (dx, dy) = (Double(x) - 100, Double(y) - 100)
                let (u, v) = ((dx * c + dy * s) / a, (dy * c - dx * s) / b)
                if u * u + v * v <= 1 { map.picture[x, y, SampleMap.galanthus] = 1 }
            }
        }
        let grain = try #require(map.grains().first)
        let ellipse = try #require(grain.ellipse)
        #expect(abs(ellipse.majorMicrometres - 2 * max(a, b) * 0.25) < 0.1)
        #expect(abs(ellipse.minorMicrometres - 2 * min(a, b) * 0.25) < 0.1)
        let expected = a > b ? degrees : -90
        #expect(abs(ellipse.angleDegrees - expected) < 0.5)
        // Ramanujan's perimeter of an ellipse; a polygon of pixel corners is up to a tenth longer.
        let h = (a - b) * (a - b) / ((a + b) * (a + b))
        let perimeter = .pi * (a + b) * (1 + 3 * h / (10 + (4 - 3 * h).squareRoot()))
        let circularity = 4 * .pi * .pi * a * b / (perimeter * perimeter)
        #expect(try #require(grain.circularity) < circularity * 1.02)
        #expect(try #require(grain.circularity) > circularity * 0.85)
    }

    /// Blur takes sharpness away, brightness and contrast do not.
    @Test func focusFallsWithBlurOnly() throws {
        var map = SampleMap(width: 120, height: 120)
        map.disc(SampleMap.iva, x: 60, y: 60, radius: 50)
        var sharp = Picture<Float>(width: 120, height: 120, channels: 1, filledWith: 0)
        for y in 0..<120 {
            for x in 0..<120 { sharp[x, y, 0] = Float((x &* 7 ^ y &* 13) % 11) / 11 }
        }
        func blurred(_ picture: Picture<Float>, reach: Int) -> Picture<Float> {
            var result = picture
            for y in 0..<120 {
                for x in 0..<120 {
                    var sum: Float = 0, count: Float = 0
                    for v in max(0, y - reach)...min(119, y + reach) {
                        for u in max(0, x - reach)...min(119, x + reach) { sum += picture[u, v, 0]; count += 1 }
                    }
                    result[x, y, 0] = sum / count
                }
            }
            return result
        }
        var dim = sharp
        for i in dim.samples.indices { dim.samples[i] = 0.2 + dim.samples[i] * 0.3 }
        func focus(_ input: Picture<Float>) throws -> Double {
            try #require(
                SampleMap.finder.find(in: map.picture, scale: SampleMap.scale, input: input).first?.focus)
        }
        let (best, dimmed) = (try focus(sharp), try focus(dim))
        let (soft, softer) = (try focus(blurred(sharp, reach: 1)), try focus(blurred(sharp, reach: 3)))
        #expect(abs(best - dimmed) < 1e-4)
        #expect(best > soft + 0.02 && soft > softer + 0.02)
        #expect(map.grains().first?.focus == nil)
    }

    @Test func grainsComeInReadingOrder() {
        var map = SampleMap(width: 300, height: 300)
        for (x, y) in [(200.0, 50.0), (50, 60), (100, 250)] { map.disc(SampleMap.iva, x: x, y: y, radius: 25) }
        #expect(map.grains().map { $0.centroidPixels.x.rounded() } == [200, 50, 100])
    }
}
