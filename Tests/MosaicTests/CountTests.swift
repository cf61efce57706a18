import Foundation
import Grains
import Imaging
import Mosaic
import Testing

struct CountTests {
    /// A disc of 24 corners, cut by the border of a field of 320 x 240 pixels of 1 µm.
    private func disc(
        _ x: Double, _ y: Double, _ radius: Double, confidence: Double = 0.9, rule: BorderRule = .twoEdges
    ) -> Grain {
        func clip(_ value: Double, _ limit: Double) -> Double { max(-0.5, min(limit - 0.5, value)) }
        let points = (0..<24).map { step in
            let angle = Double(step) * .pi / 12
            return Grain.Point(x: clip(x + radius * cos(angle), 320), y: clip(y + radius * sin(angle), 240))
        }
        let (left, top) = (x - radius < -0.5, y - radius < -0.5)
        let (right, bottom) = (x + radius > 319.5, y + radius > 239.5)
        var grain = Grain(
            species: "iva", centroidPixels: Grain.Point(x: x, y: y),
            boundingBoxPixels: Grain.Box(
                x0: clip(x - radius, 320) + 0.5, y0: clip(y - radius, 240) + 0.5, x1: clip(x + radius, 320) + 0.5,
                y1: clip(y + radius, 240) + 0.5),
            areaSquareMicrometres: .pi * radius * radius, areaPixels: .pi * radius * radius,
            equivalentDiameterMicrometres: 2 * radius, confidence: confidence,
            isOnBorder: left || top || right || bottom, outlinePixels: points)
        if right || bottom { grain.rejection = .border }
        return grain
    }

    private func placed(_ corners: [SIMD2<Double>?]) -> (SlidePlacement, [FieldDescription]) {
        (
            SlidePlacement(
                fields: corners.map {
                    SlidePlacement.Field(
                        positionMicrometres: $0, means: $0 == nil ? nil : .registered, group: $0 == nil ? nil : 0)
                }),
            corners.map { _ in FieldDescription(width: 320, height: 240, nmPerPixel: 1000) }
        )
    }

    @Test func aGrainSeenTwiceCountsOnceAndWholeBeforeCut() {
        let (placement, fields) = placed([[0, 0], [260, 3]])
        let count = SlideCount(
            [
                // Whole in both, cut on the right, and in the first field alone.
                [disc(290, 100, 10, confidence: 0.7), disc(315, 50, 12), disc(100, 100, 10)],
                [disc(31, 96, 10.5, confidence: 0.8), disc(55, 47, 12)],
            ], placement: placement, descriptions: fields)
        #expect(
            count.verdicts == [
                [.doubleOf(Detection(field: 1, grain: 0)), .doubleOf(Detection(field: 1, grain: 1)), .counted],
                [.counted, .counted],
            ])
    }

    /// The first field's is the better one.
    @Test func ofDifferentWordsOnOneGrainTheLatestHolds() {
        let (placement, fields) = placed([[0, 0], [200, 0]])
        let grains = [[disc(290, 100, 10, confidence: 0.9)], [disc(90, 100, 10, confidence: 0.6)]]
        let (one, other) = (Detection(field: 0, grain: 0), Detection(field: 1, grain: 0))
        func best(_ first: SlideCount.Word?, _ second: SlideCount.Word?) -> Detection? {
            var reviewed: [Detection: SlideCount.Word] = [:]
            (reviewed[one], reviewed[other]) = (first, second)
            return SlideCount(grains, placement: placement, descriptions: fields, reviewed: reviewed).counted.first
        }
        func word(_ number: Int64, _ species: String?) -> SlideCount.Word { .init(number: number, species: species) }
        #expect(best(nil, nil) == one && best(nil, word(1, "iva")) == other)
        #expect(best(word(1, "iva"), word(2, "iva")) == one)
        #expect(best(word(1, "iva"), word(2, "galanthus")) == other)
        #expect(best(word(2, "iva"), word(1, "galanthus")) == one)
        #expect(best(word(1, nil), word(2, "iva")) == other && best(word(2, nil), word(1, "iva")) == one)
    }

    @Test func aGrainThatBothFieldsCutCountsOnceByTheRule() {
        // 12 µm shared, grains of 30: no field shows one whole.
        let (placement, fields) = placed([[0, 0], [308, 0]])
        let count = SlideCount(
            [[disc(314, 60, 15), disc(200, 235, 10)], [disc(6, 60, 15)]], placement: placement, descriptions: fields)
        #expect(
            count.verdicts == [[.doubleOf(Detection(field: 1, grain: 0)), .rejected(.border)], [.counted]])
    }

    @Test func grainsThatTouchStayTwo() {
        let (placement, fields) = placed([[0, 0], [200, 0]])
        // The second field's lens took them for one.
        let merged = disc(81, 100, 14)
        let count = SlideCount(
            [[disc(273, 100, 9), disc(291, 100, 9)], [merged]], placement: placement, descriptions: fields)
        #expect(count.counted.count == 2)
    }

    @Test func fieldsThatAreNotPlacedShareNothing() {
        let (placement, fields) = placed([[0, 0], nil])
        let grain = disc(100, 100, 10)
        let count = SlideCount([[grain], [grain]], placement: placement, descriptions: fields)
        #expect(count.counted.count == 2)
    }

    @Test func dirtOfTheSensorDoesNotCount() {
        let (placement, fields) = placed([[0, 0], [250, 0], [500, 0], [500, 200], [505, 202]])
        let dirt = { (shift: Double) in self.disc(150 + shift, 120, 9) }
        let grains = [
            [dirt(0), disc(50, 50, 10)], [dirt(0.5), disc(200, 60, 10)], [disc(220, 180, 10), dirt(-0.4)],
            [disc(30, 30, 10), dirt(0)], [dirt(0.2), disc(25, 28, 10)],
        ]
        let count = SlideCount(grains, placement: placement, descriptions: fields)
        #expect(count.verdicts.map { $0.firstIndex(of: .dirt) } == [0, 0, 1, 1, 0])
        #expect(count.counted.count == 4)
    }

    @Test func aGrainInFieldsOfOnePlaceIsNoDirt() {
        let (placement, fields) = placed([[0, 0], [2, 0], [0, 1], [1, 1]])
        let count = SlideCount(
            Array(repeating: [disc(150, 120, 10)], count: 4), placement: placement, descriptions: fields)
        #expect(count.counted.count == 1)
    }

    @Test func accuracyCountsDoublesAndLosses() {
        let (apart, fields) = placed([[0, 0], nil])
        let grain = disc(150, 120, 10)
        let count = SlideCount([[grain], [grain, disc(30, 30, 8)]], placement: apart, descriptions: fields)
        let truth = { (id: Int, grain: Grain) in
            CountAccuracy.TrueGrain(id: id, outlinePixels: grain.outlinePixels, isOnBorder: false)
        }
        let accuracy = CountAccuracy(
            count, found: [[grain], [grain, disc(30, 30, 8)]],
            truth: [[truth(7, grain)], [truth(7, grain), truth(8, disc(200, 200, 9))]])
        #expect(accuracy.grains == 2 && accuracy.doubled == 1 && accuracy.unseen == 1 && accuracy.spurious == 1)
        #expect(accuracy.counted == 1 && accuracy.lost == 0 && accuracy.doubledShare == 0.5)
    }
}
