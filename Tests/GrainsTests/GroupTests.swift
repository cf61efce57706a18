import Grains
import Imaging
import Testing

/// Objects that lie apart are looked at one after the other, and it makes no difference.
@Suite struct GroupTests {
    /// Each object by itself on a small map, against all of them on a large one.
    @Test func objectsFarApartAreWhatTheyAreAlone() throws {
        typealias Draw = (inout SampleMap, _ x: Double, _ y: Double) -> Void
        let objects: [Draw] = [
            { $0.disc(SampleMap.iva, x: $1, y: $2, radius: 20) },
            { $0.ellipse(SampleMap.galanthus, x: $1, y: $2, radii: (30, 17), value: 0.8) },
            {
                $0.disc(SampleMap.iva, x: $1 - 17, y: $2, radius: 20)
                $0.disc(SampleMap.galanthus, x: $1 + 17, y: $2, radius: 20)
            },
            {
                $0.disc(SampleMap.iva, x: $1 - 18, y: $2, radius: 20)
                $0.disc(SampleMap.iva, x: $1 + 18, y: $2 + 3, radius: 20)
            },
            { $0.disc(SampleMap.other, x: $1, y: $2, radius: 7) },
        ]
        var all = SampleMap(width: 900, height: 700)
        var alone: [Grain] = []
        for row in 0..<3 {
            for column in 0..<4 {
                let draw = objects[(row * 4 + column) % objects.count]
                let (x, y) = (120 + 210 * column, 130 + 210 * row)
                draw(&all, Double(x), Double(y))
                var map = SampleMap(width: 200, height: 200)
                draw(&map, 100, 100)
                alone += map.objects().map { grain in
                    var grain = grain
                    let (dx, dy) = (Double(x - 100), Double(y - 100))
                    grain.centroidPixels.x += dx
                    grain.centroidPixels.y += dy
                    grain.boundingBoxPixels.x0 += dx
                    grain.boundingBoxPixels.x1 += dx
                    grain.boundingBoxPixels.y0 += dy
                    grain.boundingBoxPixels.y1 += dy
                    grain.outlinePixels = grain.outlinePixels.map { .init(x: $0.x + dx, y: $0.y + dy) }
                    return grain
                }
            }
        }
        let found = all.objects()
        #expect(found.count == alone.count && found.count > 14)
        for grain in alone {
            let same = try #require(found.first { distance($0, grain) < 1e-6 })
            #expect(same.species == grain.species && same.rejection == grain.rejection)
            #expect(abs(same.areaPixels - grain.areaPixels) < 1e-6 && abs(same.confidence - grain.confidence) < 1e-9)
            #expect(same.boundingBoxPixels == grain.boundingBoxPixels && same.outlinePixels == grain.outlinePixels)
        }
    }

    private func distance(_ a: Grain, _ b: Grain) -> Double {
        abs(a.centroidPixels.x - b.centroidPixels.x) + abs(a.centroidPixels.y - b.centroidPixels.y)
    }

    /// What lies in a ring without touching it is an object of its own; the ring is one with a hole.
    @Test func aGrainWithinARingIsItsOwn() {
        var map = SampleMap(width: 500, height: 500)
        map.disc(SampleMap.iva, x: 250, y: 250, radius: 220)
        for y in 0..<500 {
            for x in 0..<500 where (x - 250) * (x - 250) + (y - 250) * (y - 250) < 190 * 190 {
                for channel in 0..<3 { map.picture[x, y, channel] = 0 }
            }
        }
        map.disc(SampleMap.galanthus, x: 250, y: 250, radius: 30)
        let grains = map.grains()
        let inner = grains.first { $0.species == "galanthus" }
        #expect(inner.map { abs($0.areaPixels - .pi * 900) < 60 } == true)
        // The ring's hole, which is larger than a grain, is none of its area.
        let ring = grains.filter { $0.species == "iva" }
        let area = ring.map(\.areaPixels).reduce(0, +)
        #expect(abs(area - .pi * (220 * 220 - 190 * 190)) < 600)
    }
}
