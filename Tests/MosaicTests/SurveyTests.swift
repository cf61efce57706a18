import Grains
import Imaging
import Mosaic
import Testing

/// Fields are placed one by one, each compared with its neighbours alone, and what is kept of them is enough to go on.
@Suite struct SurveyTests {
    /// As a file keeps a placer.
    private struct Kept {
        var descriptions: [FieldDescription] = []
        var fields: [Int: SlidePlacer.Field] = [:]
        var objects: [Int: [UInt8]] = [:]
        var previews: [[UInt8]] = []
        var pairs: [[Int]: SlidePlacer.Pair] = [:]
        var patterns: [[UInt8]] = []

        mutating func keep(_ step: SlidePlacer.Step, of placer: SlidePlacer, _ preview: FieldPreview) {
            descriptions = placer.descriptions
            previews.append(preview.bytes)
            for number in step.fields { fields[number] = placer.fields[number] }
            for number in step.objects { objects[number] = placer.objects(ofField: number) }
            pairs = pairs.filter { !step.redone.contains($0.key[0]) && !step.redone.contains($0.key[1]) }
            for pair in step.pairs { pairs[[pair.first, pair.second]] = pair }
            for number in step.patterns { patterns.append(placer.patterns[number].bytes) }
        }

        func preview(_ number: Int) -> FieldPreview {
            FieldPreview(
                ofFieldOfWidth: descriptions[number].width, height: descriptions[number].height, bytes: previews[number]
            )!
        }

        var placer: SlidePlacer {
            SlidePlacer(
                descriptions: descriptions, fields: descriptions.indices.map { fields[$0]! },
                objects: descriptions.indices.map { objects[$0]! }, pairs: Array(pairs.values),
                patterns: patterns.map { StaticPattern(bytes: $0) })
        }
    }

    /// A serpentine of fields that share a fifth, with dirt on the sensor.
    private static let pictures: [Picture<UInt8>] = {
        var slide = SyntheticSlide.scattered(520, width: 1700, height: 1100, seed: 3)
        slide.dirt = SyntheticSlide.scattered(4, width: 320, height: 240, seed: 8).discs
        return (0..<20).map { number in
            let row = number / 5, column = row % 2 == 0 ? number % 5 : 4 - number % 5
            return slide.picture(
                at: SIMD2(Double(column) * 256 + Double(number % 3), Double(row) * 192 + Double(number % 4)),
                noise: UInt64(number + 1))
        }
    }()

    private func description(_ picture: Picture<UInt8>) -> FieldDescription {
        FieldDescription(width: picture.width, height: picture.height, nmPerPixel: 1000)
    }

    /// Read back after every field, without a picture but those that are measured.
    @Test func whatIsKeptIsEnoughToGoOn() {
        var whole = SlidePlacer()
        for picture in Self.pictures { whole.add(description(picture), picture: picture) }
        let expected = whole.place { Self.pictures[$0] }
        #expect(expected.fields.count { $0.group == 0 && $0.means == .registered } >= 15)

        var kept = Kept()
        for picture in Self.pictures {
            var placer = kept.placer
            let preview = FieldPreview(picture)
            placer.add(description(picture), preview: preview)
            let step = placer.placeNext(
                while: { true }, preview: { kept.preview($0) }, picture: { Self.pictures[$0] })
            kept.keep(step!, of: placer, preview)
        }
        #expect(kept.placer.placement == expected)
    }

    @Test func aFieldIsComparedWithAFewHoweverManyThereAre() {
        // No two fields overlap but the last, which shows a part of the third.
        let slide = SyntheticSlide.scattered(4000, width: 6000, height: 3000, seed: 4)
        var corners = (0..<60).map { SIMD2(Double($0 % 12) * 480, Double($0 / 12) * 400) }
        corners.append(corners[2] + SIMD2(90, 40))
        let pictures = corners.enumerated().map { slide.picture(at: $1, noise: UInt64($0 + 1)) }
        var placer = SlidePlacer()
        placer.fewFields = 24
        var asked: [Int] = []
        for (number, picture) in pictures.enumerated() {
            placer.add(description(picture), preview: FieldPreview(picture))
            var count = 0
            _ = placer.placeNext(
                while: { true },
                preview: {
                    count += 1
                    return FieldPreview(pictures[$0])
                }, picture: { pictures[$0] })
            placer.releasePreviews()
            if number > 32 { asked.append(count) }
        }
        // Previews that were read for a field, those held from before not counted; 32 where the pattern is learnt anew.
        #expect(asked.allSatisfy { $0 <= 12 }, "\(asked)")
        let fields = placer.placement.fields
        #expect(fields[2].group == 0 && fields[60].group == 0)
        let off = (fields[60].positionMicrometres ?? .zero) - (fields[2].positionMicrometres ?? .zero)
        #expect(abs(off.x - 90) < 0.5 && abs(off.y - 40) < 0.5)
        let off2 = zip(fields, corners).enumerated().filter { $0.element.0.group == 0 }.map { number, pair in
            (number, pair.0.positionMicrometres! - fields[2].positionMicrometres! - pair.1 + corners[2])
        }
        #expect(off2.map(\.0) == [2, 60], "\(off2)")
    }

    /// Judged field by field, with what hangs together with each, a slide counts as it does when it is judged at once.
    @Test func doublesOfSomeFieldsAreThoseOfTheWholeSlide() {
        var random = SyntheticSlide.Steps(seed: 11)
        let size = SIMD2(320.0, 240.0)
        let truth = (0..<220).map { _ in SIMD2(random.next() * 1300, random.next() * 900) }
        let corners = (0..<24).map { _ in SIMD2(random.next() * 1000, random.next() * 660) }
        let grains = corners.map { corner in
            truth.compactMap { middle -> Grain? in
                let place = middle - corner + SIMD2(random.next(), random.next())
                guard place.x > -6, place.y > -6, place.x < size.x + 6, place.y < size.y + 6, random.next() > 0.1 else {
                    return nil
                }
                let box = (low: pointwiseMax(place - 9, .zero), high: pointwiseMin(place + 9, size))
                return Grain(
                    species: "iva", centroidPixels: .init(x: place.x, y: place.y),
                    boundingBoxPixels: .init(x0: box.low.x, y0: box.low.y, x1: box.high.x, y1: box.high.y),
                    areaSquareMicrometres: 324, areaPixels: 324, equivalentDiameterMicrometres: 20,
                    confidence: random.next(), isOnBorder: box.low == .zero,
                    outlinePixels: [
                        .init(x: box.low.x, y: box.low.y), .init(x: box.high.x, y: box.low.y),
                        .init(x: box.high.x, y: box.high.y), .init(x: box.low.x, y: box.high.y),
                    ])
            }
        }
        let placement = SlidePlacement(
            fields: corners.map { SlidePlacement.Field(positionMicrometres: $0, means: .registered, group: 0) })
        let descriptions = corners.map { _ in FieldDescription(width: 320, height: 240, nmPerPixel: 1000) }
        let whole = SlideCount(grains, placement: placement, descriptions: descriptions)
        var originals: [Detection: Detection] = [:]
        var doubles = SlideDoubles()
        for count in 1...corners.count {
            let places = Array(placement.fields.prefix(count))
            let field = count - 1
            let found = doubles.find(
                in: [field] + SlideDoubles.fields(overlapping: field, places, descriptions), places: places,
                descriptions: descriptions, grains: { grains[$0] }, isDirt: { _ in false }, word: { _ in nil })
            for detection in found.seen { originals[detection] = found.originals[detection] }
        }
        #expect(originals.count > 100)
        for (field, verdicts) in whole.verdicts.enumerated() {
            for (grain, verdict) in verdicts.enumerated() {
                let detection = Detection(field: field, grain: grain)
                let expected: Detection? = if case .doubleOf(let original) = verdict { original } else { nil }
                #expect(originals[detection] == expected)
            }
        }
    }
}
