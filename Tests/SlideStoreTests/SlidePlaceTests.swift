import Foundation
import Grains
import SlideStore
import Testing

/// Where fields lie, how large they are, and what they add to the statistics.
@Suite struct SlidePlaceTests {
    @Test func placesOfFieldsAreReplacedOneByOne() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [[], [], []])
        let other = try await store.slide(withFields: [[]], name: "Roof")
        let first = [
            Placement(
                capture: 1,
                outcome: .placed(
                    SlidePosition(xMicrometres: -12.5, yMicrometres: 3), origin: .registered, group: 1, confidence: 1)),
            Placement(capture: 2, outcome: .notPlaced(reason: "empty glass")),
        ]
        func placements(_ slide: Slide.ID) async throws -> [Placement] {
            try await store.fieldPlaces(ofSlide: slide).map(\.placement)
        }
        try await store.setPlacements(first, ofSlide: slide)
        #expect(try await placements(slide) == first)
        let second = [
            Placement(
                capture: 2,
                outcome: .placed(
                    SlidePosition(xMicrometres: 200, yMicrometres: 0), origin: .registered, group: 1, confidence: 0.5),
                repeats: 1),
            Placement(capture: 3, outcome: .notPlaced(reason: "repeating texture")),
        ]
        try await store.setPlacements(second, ofSlide: slide)
        #expect(try await placements(slide) == [first[0]] + second)
        #expect(try await placements(other).isEmpty)
        let place = try await store.fieldPlaces(ofSlide: slide)[1]
        #expect(place.width == 1280 && place.height == 1024 && place.nmPerPixel == 180 && place.stagePosition == nil)

        func code(_ placements: [Placement]) async -> StoreError.Code? {
            await refusal { try await store.setPlacements(placements, ofSlide: slide) }?.code
        }
        func placed(_ capture: Int64, _ x: Double, confidence: Double = 1) -> Placement {
            Placement(
                capture: capture,
                outcome: .placed(
                    SlidePosition(xMicrometres: x, yMicrometres: 0), origin: .registered, group: 1,
                    confidence: confidence))
        }
        #expect(await code([placed(1, .nan)]) == .invalidValue)
        #expect(await code([placed(1, .infinity)]) == .invalidValue)
        #expect(await code([placed(1, 0), placed(2, 0, confidence: 1.1)]) == .invalidValue)
        #expect(await code([placed(99, 0)]) != nil)
        #expect(try await placements(slide) == [first[0]] + second)
    }

    /// What is kept of a survey is read back bit for bit, and a step that comes after takes the place of what it changes.
    @Test func aSurveyIsKeptStepByStep() async throws {
        let folder = try Folder()
        var store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [[], [], []])
        let other = try await store.slide(withFields: [[]], name: "Roof")
        func field(_ number: Int, group: Int, x: Double, objects: [UInt8]?, pattern: Int? = nil) -> SurveyedField {
            SurveyedField(
                number: number, width: 1280, height: 1024, nmPerPixel: 180, stagePosition: nil, pattern: pattern,
                isEmpty: false, isAmbiguous: number == 1, isContradicted: false, mayTurn: number == 2 ? [0, 1] : [],
                objects: objects,
                placement: Placement(
                    capture: Int64(number) + 1,
                    outcome: .placed(
                        SlidePosition(xMicrometres: x, yMicrometres: 0), origin: .registered, group: group,
                        confidence: 0.5)))
        }
        func pair(_ first: Int64, _ second: Int64, isKept: Bool = true) -> FieldPair {
            FieldPair(
                first: first, second: second, xPixels: 0.1 + 0.2, yPixels: -1e-9, deviationPixels: 0.15,
                correlation: 0.9, confidence: 0.8, isKept: isKept)
        }
        var step = SurveyStep()
        step.fields = [field(0, group: 0, x: 0.1, objects: [1, 2]), field(1, group: 0, x: 1 / 3, objects: [])]
        step.previews = [1: [7], 2: [8, 9]]
        step.pairs = [pair(1, 2)]
        #expect(try await store.nextToSurvey(ofSlide: slide)?.id == 1)
        #expect(try await store.slidesToSurvey() == [slide, other])
        try await store.keep(step, ofSlide: slide)
        #expect(try await store.nextToSurvey(ofSlide: slide)?.id == 3)
        #expect(try await store.nextToSurvey(ofSlide: slide, except: [3]) == nil)

        // Another pattern makes what was found void; the objects of a field that is only moved stay.
        step = SurveyStep()
        step.fields = [
            field(0, group: 2, x: 5, objects: nil, pattern: 0), field(1, group: 1, x: 0, objects: [3], pattern: 0),
            field(2, group: 2, x: 7, objects: [4], pattern: 0),
        ]
        step.previews = [3: []]
        step.patterns = [0: [5, 6]]
        step.redone = [1, 2]
        step.pairs = [pair(1, 3), pair(2, 3, isKept: false)]
        try await store.keep(step, ofSlide: slide)
        try store.close()
        store = try SlideStore(at: folder.database)
        let stored = try await store.survey(ofSlide: slide)
        #expect(stored.fields == [field(0, group: 2, x: 5, objects: [1, 2], pattern: 0)] + step.fields[1...])
        #expect(stored.pairs == step.pairs && stored.patterns == [[5, 6]])
        #expect(try store.waitForPreview(ofCapture: 2) == [8, 9])
        #expect(try await store.survey(ofSlide: other).fields.isEmpty)

        // Judged is what was judged since it last moved, and since anybody last spoke.
        let run = try #require(try await store.runInForce(ofSlide: slide)).id
        #expect(try await store.capturesToJudge(inRun: run, limit: 2) == [1, 2])
        var judgement = SlideJudgement()
        judgement.judged = [1, 2, 3]
        judgement.turned = [3: "as capture 1"]
        try await store.keep(judgement, ofRun: run)
        #expect(try await store.capturesToJudge(inRun: run, limit: 9).isEmpty)
        #expect(try await store.slidesToSurvey() == [other])
        #expect(try await store.tallies(ofSlide: slide).map(\.isJudged) == [true, true, true])
        step = SurveyStep()
        step.moved = [2]
        try await store.keep(step, ofSlide: slide)
        let words = try store.waitForWords()
        try await store.exclude(3, reason: "blurred", by: botanist)
        #expect(try await store.capturesToJudge(inRun: run, limit: 9) == [2, 3])
        judgement.turned = [3: nil]
        #expect(try await !store.keep(judgement, ofRun: run, unlessMoreThan: words))
        #expect(try await store.capture(3).doubts.map(\.sentence) == ["as capture 1"])
        #expect(try await store.keep(judgement, ofRun: run, unlessMoreThan: store.waitForWords()))
        #expect(try await store.capture(3).doubts.isEmpty)
        #expect(try await store.capturesToJudge(inRun: run, limit: 9).isEmpty)
    }

    @Test func theStagePositionIsKeptWithTheField() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [])
        var input = sampleInput()
        input.stagePosition = SlidePosition(xMicrometres: 1234.5, yMicrometres: -6)
        let id = try await store.storeInput(input, slide: slide, by: visitor).id
        #expect(try await store.capture(id).stagePosition == input.stagePosition)
        input.stagePosition = SlidePosition(xMicrometres: 0, yMicrometres: .infinity)
        let broken = input
        #expect(await refusal { try await store.storeInput(broken, slide: slide, by: visitor) }?.code == .invalidValue)
        #expect(try await store.captures(ofSlide: slide).count == 1)
    }

    @Test func talliesSayWhatEachFieldAdds() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [
            [
                sampleGrain("iva"), sampleGrain("iva", x: 200, confidence: 0.5),
                sampleGrain("iva", x: 300, rejection: .small),
                sampleGrain("galanthus", x: 400),
            ], [], [sampleGrain("iva"), sampleGrain("iva", x: 200)],
        ])
        let pending = try await store.storeInput(sampleInput(scale: nil), slide: slide, by: visitor).id
        let placement = Placement(
            capture: 2,
            outcome: .placed(
                SlidePosition(xMicrometres: 230.4, yMicrometres: 0), origin: .registered, group: 1, confidence: 0.9))
        try await store.setPlacements(
            [placement, Placement(capture: 3, outcome: .notPlaced(reason: "empty"))], ofSlide: slide)
        try await store.review([1], .accept, by: botanist)
        try await store.setSlideVerdicts([SlideVerdict(grain: 5, kind: .doubleOf(1))], ofRun: 1)

        let tallies = try await store.tallies(ofSlide: slide)
        #expect(tallies.map(\.capture) == [1, 2, 3])
        #expect(tallies.allSatisfy { $0.width == 1280 && $0.height == 1024 && $0.nmPerPixel == 180 })
        #expect(tallies.allSatisfy { $0.borderRule == .all })
        let ruled = try await store.slide(withFields: [[]], settings: ["border_rule": "two-edges"], name: "ruled")
        #expect(try await store.tallies(ofSlide: ruled).map(\.borderRule) == [.twoEdges])
        #expect(
            tallies.map(\.placement) == [nil, placement, Placement(capture: 3, outcome: .notPlaced(reason: "empty"))])
        #expect(
            tallies.map(\.grains) == [
                ["iva": [.confirmed: 1, .doubtful: 1, .rejected: 1], "galanthus": [.machine: 1]], [:],
                ["iva": [.double: 1, .machine: 1]],
            ])
        #expect(tallies.map { $0.counted("iva") } == [2, 0, 1] && tallies[0].counted("none") == 0)
        try await store.fail(pending, kind: "scale-unknown", message: "no", hint: "none")
        #expect(try await store.tallies(ofSlide: slide).count == 3)
        let empty = try await store.slide(withFields: [], name: "empty")
        #expect(try await store.tallies(ofSlide: empty).isEmpty)
    }

    @Test func theDepositOfASlideIsSetWithItsHistory() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [])
        let set = try await store.setDeposit(
            ofSlide: slide, sampledVolumeCubicMetres: 14.4, depositAreaSquareMillimetres: 672, by: botanist)
        #expect(set.sampledVolumeCubicMetres == 14.4 && set.depositAreaSquareMillimetres == 672)
        for value in [0, -1, .infinity, .nan] as [Double] {
            let volume = await refusal {
                try await store.setDeposit(
                    ofSlide: slide, sampledVolumeCubicMetres: value, depositAreaSquareMillimetres: nil, by: botanist)
            }
            let area = await refusal {
                try await store.setDeposit(
                    ofSlide: slide, sampledVolumeCubicMetres: nil, depositAreaSquareMillimetres: value, by: botanist)
            }
            #expect(volume?.code == .invalidValue && area?.code == .invalidValue)
        }
        #expect(try await store.slide(named: "Meadow") == set)
        try await store.setDeposit(
            ofSlide: slide, sampledVolumeCubicMetres: nil, depositAreaSquareMillimetres: 672, by: botanist)
        #expect(try await store.slide(named: "Meadow").sampledVolumeCubicMetres == nil)
        let event = try #require(try await store.events(limit: 1).first)
        #expect(event.what == "slide deposit set" && event.detail["earlier_sampled_volume_m3"] == "14.4")
        #expect(event.detail["sampled_volume_m3"] == "unknown")
    }
}
