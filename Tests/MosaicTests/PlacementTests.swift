import Imaging
import Mosaic
import Simulation
import Testing

struct PlacementTests {
    @Test func fieldsOfUnknownPositionAreFoundToAFractionOfAPixel() {
        let slide = SyntheticSlide.scattered(160, width: 860, height: 650, seed: 3)
        let (placement, _) = slide.placed(at: SyntheticSlide.corners)
        let accuracy = PlacementAccuracy(placement, truth: SyntheticSlide.corners, nmPerPixel: 1000)
        #expect(accuracy.placed == 9 && accuracy.largest < 0.3, "\(accuracy)")
        #expect(placement.fields.allSatisfy { $0.means == .registered && $0.group == 0 && $0.repeats == nil })
        #expect(placement.pairs.allSatisfy { $0.confidence > 0.3 && $0.residualPixels < 1 })
    }

    /// Wherever it is ended, also within a pair, nothing half done is kept.
    @Test func aPlacingThatWasEndedGoesOnToTheSameResult() throws {
        let slide = SyntheticSlide.scattered(160, width: 860, height: 650, seed: 3)
        func placer() -> SlidePlacer {
            var placer = SlidePlacer()
            for (number, corner) in SyntheticSlide.corners.enumerated() {
                let picture = slide.picture(at: corner, noise: UInt64(number))
                placer.add(
                    FieldDescription(width: picture.width, height: picture.height, nmPerPixel: 1000), picture: picture)
            }
            return placer
        }
        let fetch = { (number: Int) in slide.picture(at: SyntheticSlide.corners[number], noise: UInt64(number)) }
        var questions = 0
        var one = placer()
        let placed = one.place(
            while: {
                questions += 1
                return true
            }, fetch: fetch)
        let whole = try #require(placed)
        #expect(questions > 6 * whole.pairs.count, "asked \(questions) times for \(whole.pairs.count) pairs")
        var other = placer()
        for end in stride(from: 0, to: questions, by: questions / 6 + 1) {
            var asked = 0
            let ended = other.place(
                while: {
                    asked += 1
                    return asked <= end
                }, fetch: fetch)
            // What earlier calls finished is not done again, and the rest may fit.
            guard ended == nil else {
                #expect(end > questions / 6 + 1 && ended == whole)
                break
            }
        }
        let again = other.place(fetch: fetch)
        #expect(again == whole)
    }

    @Test func dirtAndFallOffOfTheCameraDoNotPullFieldsTogether() {
        // Little lies on the slide and much on the sensor: pictures agree best where nothing moves.
        var slide = SyntheticSlide.scattered(60, width: 860, height: 650, seed: 5)
        slide.fallOff = 0.6
        slide.dirt = SyntheticSlide.scattered(12, width: 320, height: 240, seed: 8).discs
        let (placement, _) = slide.placed(at: SyntheticSlide.corners)
        let accuracy = PlacementAccuracy(placement, truth: SyntheticSlide.corners, nmPerPixel: 1000)
        #expect(placement.fields.allSatisfy { $0.repeats == nil })
        #expect(accuracy.placed >= 7 && accuracy.largest < 0.6, "\(accuracy)")
    }

    @Test func aFieldTakenAgainIsKnownAsARepeat() {
        let slide = SyntheticSlide.scattered(160, width: 860, height: 650, seed: 3)
        var corners = SyntheticSlide.corners
        corners.insert(corners[4] + SIMD2(3.25, -2.5), at: 5)
        corners.append(corners[0])
        let (placement, _) = slide.placed(at: corners)
        #expect(PlacementAccuracy(placement, truth: corners, nmPerPixel: 1000).largest < 0.3)
        #expect(placement.fields.map(\.repeats) == [nil, nil, nil, nil, nil, 4, nil, nil, nil, nil, 0])
    }

    @Test func emptyGlassIsNotPlacedAndTheRestIs() {
        let slide = SyntheticSlide.scattered(160, width: 860, height: 650, seed: 3)
        var pictures = SyntheticSlide.corners.enumerated().map { slide.picture(at: $1, noise: UInt64($0)) }
        pictures.insert(SyntheticSlide().picture(at: .zero, noise: 77), at: 4)
        let (placement, _) = SyntheticSlide.placed(pictures)
        #expect(placement.fields[4].positionMicrometres == nil && placement.fields[4].reason == .tooLittle)
        var others = placement
        others.fields.remove(at: 4)
        let accuracy = PlacementAccuracy(others, truth: SyntheticSlide.corners, nmPerPixel: 1000)
        #expect(accuracy.placed == 9 && accuracy.largest < 0.3)
    }

    /// Grains and their shadows cover more than half of each field, and the border cuts most of those in what two share.
    @Test func fieldsThatGrainsCoverForTheMostPartArePlaced() {
        var layout = SimulatedSlide.Layout()
        (layout.columns, layout.rows) = (4, 3)
        let slide = SimulatedSlide(seed: 1, layout: layout)
        let pictures = slide.captures.indices.map { slide.render($0).optical }
        var placer = SlidePlacer()
        for picture in pictures {
            placer.add(
                FieldDescription(width: picture.width, height: picture.height, nmPerPixel: 180), picture: picture)
        }
        let placement = placer.place { pictures[$0] }
        let accuracy = PlacementAccuracy(
            placement, truth: slide.captures.map(\.stageMicrometres), nmPerPixel: 180, rotationDegrees: 0)
        #expect(accuracy.placed == 12 && accuracy.largest < 1, "\(accuracy)")
        #expect(Set(placement.fields.map(\.group)).count == 1)
    }

    @Test func aRepeatingPatternIsNotPlaced() {
        var slide = SyntheticSlide()
        slide.discs = (0..<30).flatMap { row in
            (0..<40).map { (SIMD2(Double($0) * 30, Double(row) * 30), 8) }
        }
        let (placement, _) = slide.placed(at: [[0, 0], [254, 4], [508, 2]])
        #expect(placement.fields.allSatisfy { $0.positionMicrometres == nil && $0.reason == .ambiguous })
    }

    @Test func fieldsThatShareNothingAreNotPlaced() {
        let slide = SyntheticSlide.scattered(500, width: 2000, height: 1300, seed: 4)
        let (placement, _) = slide.placed(at: [[0, 0], [500, 0], [1000, 0], [0, 500], [700, 600]])
        #expect(placement.fields.allSatisfy { $0.positionMicrometres == nil && $0.reason == .noMatch })
    }

    @Test func stagePositionsGiveTheFrameAndTheTurnOfTheCamera() throws {
        let slide = SyntheticSlide.scattered(160, width: 860, height: 650, seed: 3)
        // The stage's axes are turned by one degree against the camera's, and one position is plainly wrong.
        let turn = 0.0174533
        var stage: [SIMD2<Double>?] = SyntheticSlide.corners.map {
            SIMD2(1000 + $0.x - turn * $0.y, 2000 + $0.y + turn * $0.x)
        }
        stage[6] = stage[6]! + SIMD2(60, 0)
        let (placement, _) = slide.placed(at: SyntheticSlide.corners, stage: stage, uncertainty: 10)
        #expect(PlacementAccuracy(placement, truth: SyntheticSlide.corners, nmPerPixel: 1000).largest < 0.3)
        #expect(placement.contradictions.map(\.field) == [6])
        #expect(abs(placement.contradictions[0].distanceMicrometres - 60) < 3)
        #expect(abs(try #require(placement.cameraRotationDegrees) - 1) < 0.2)
        let corner = try #require(placement.fields[0].positionMicrometres)
        #expect((1007...1013).contains(corner.x) && (2009...2015).contains(corner.y))
    }

    @Test func theStageAlonePlacesWhatShowsNothing() throws {
        let glass = (0..<3).map { SyntheticSlide().picture(at: .zero, noise: UInt64($0)) }
        let (placement, descriptions) = SyntheticSlide.placed(glass, stage: [[0, 0], [300, 0], nil])
        #expect(placement.fields.map(\.means) == [.stage, .stage, nil])
        #expect(placement.fields[1].positionMicrometres == [300, 0] && placement.fields[2].reason == .tooLittle)
        // Two that share a strip of 20 x 240 µm, and one whose place is unknown.
        let area = ExaminedArea(placement, descriptions: descriptions)
        #expect(area.exclusiveSquareMicrometres == [76_800, 72_000, 76_800])
    }

    @Test func placingFieldByFieldEndsWhereAllAtOnceDoes() {
        let slide = SyntheticSlide.scattered(160, width: 860, height: 650, seed: 3)
        let pictures = SyntheticSlide.corners.enumerated().map { slide.picture(at: $1, noise: UInt64($0 + 1)) }
        var placer = SlidePlacer()
        var placed: [Int] = []
        for picture in pictures {
            placer.add(FieldDescription(width: 320, height: 240, nmPerPixel: 1000), picture: picture)
            placed.append(placer.place { pictures[$0] }.fields.count { $0.positionMicrometres != nil })
        }
        // From five fields on the camera's own pattern is known.
        #expect(placed[1] == 2 && placed.suffix(5) == [5, 6, 7, 8, 9])
        let accuracy = PlacementAccuracy(
            placer.place { pictures[$0] }, truth: SyntheticSlide.corners, nmPerPixel: 1000)
        #expect(accuracy.largest < 0.3)
    }
}
