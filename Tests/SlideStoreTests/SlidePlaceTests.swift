import Foundation
import Grains
import SlideStore
import Testing

/// Where fields lie, how large they are, and what they add to the statistics.
@Suite struct SlidePlaceTests {
    @Test func placementsAreReplacedAsAWhole() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [[], [], []])
        let other = try await store.slide(withFields: [[]], name: "Roof")
        let first = [
            Placement(
                capture: 1,
                outcome: .placed(
                    SlidePosition(xMicrometres: -12.5, yMicrometres: 3), origin: .stage, group: 1, confidence: 1)),
            Placement(capture: 2, outcome: .notPlaced(reason: "empty glass")),
        ]
        try await store.setPlacements(first, ofSlide: slide, by: visitor)
        #expect(try await store.placements(ofSlide: slide) == first)
        let second = [
            Placement(
                capture: 2,
                outcome: .placed(
                    SlidePosition(xMicrometres: 200, yMicrometres: 0), origin: .registered, group: 2, confidence: 0.5)),
            Placement(capture: 3, outcome: .notPlaced(reason: "repeating texture")),
        ]
        try await store.setPlacements(second, ofSlide: slide, by: visitor)
        #expect(try await store.placements(ofSlide: slide) == second)
        #expect(try await store.placements(ofSlide: other).isEmpty)
        let events = try await store.events(limit: 2)
        #expect(events.map(\.what) == ["placements set", "placements set"])
        #expect(events.map { $0.detail["capture_x_y_um"] } == ["[[2,200,0]]", "[[1,-12.5,3]]"])

        func code(_ placements: [Placement]) async -> StoreError.Code? {
            await refusal { try await store.setPlacements(placements, ofSlide: slide, by: visitor) }?.code
        }
        func placed(_ capture: Int64, _ x: Double, confidence: Double = 1) -> Placement {
            Placement(
                capture: capture,
                outcome: .placed(
                    SlidePosition(xMicrometres: x, yMicrometres: 0), origin: .stage, group: 1, confidence: confidence))
        }
        #expect(await code([placed(1, .nan)]) == .invalidValue)
        #expect(await code([placed(1, .infinity)]) == .invalidValue)
        #expect(await code([placed(1, 0, confidence: 1.1)]) == .invalidValue)
        #expect(await code([placed(1, 0), placed(1, 0)]) == .invalidValue)
        #expect(await code([placed(4, 0)]) == .invalidValue)
        #expect(await code([placed(99, 0)]) == .noSuchCapture)
        #expect(try await store.placements(ofSlide: slide) == second)
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
            [placement, Placement(capture: 3, outcome: .notPlaced(reason: "empty"))], ofSlide: slide, by: visitor)
        try await store.review([1], .accept, by: botanist)
        try await store.setSlideVerdicts([SlideVerdict(grain: 5, kind: .doubleOf(1))], ofRun: 1, by: visitor)

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
