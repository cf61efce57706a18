import Foundation
import Grains
import SlideStore
import Testing

/// A person's last word.
@Suite struct ReviewTests {
    @Test func acceptRelabelRejectAndUndo() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [
            [sampleGrain("iva", confidence: 0.5), sampleGrain("iva", x: 200), sampleGrain("unidentified", x: 300)]
        ])
        let ids = try await store.all(1).map(\.id)
        let accepted = try await store.review(ids, .accept, note: "clear", by: botanist)
        #expect(accepted.map(\.grains) == ids.map { [$0] } && accepted.allSatisfy { $0.agent == botanist })
        #expect(accepted[0].note == "clear" && abs(accepted[0].at.timeIntervalSinceNow) < 60)
        try await store.review([ids[2]], .relabel(species: " galanthus "), by: botanist)
        try await store.review([ids[1]], .reject(reason: "spore"), by: visitor)
        #expect(try await store.counted(slide) == ["iva": 1, "galanthus": 1])
        #expect(try await store.all(1).map(\.standing.status) == [.confirmed, .rejected, .confirmed])
        let rejected = try await store.grain(ids[1])
        #expect(rejected.standing.reason == "person" && rejected.lastReview?.reason == "spore")
        #expect(rejected.lastReview?.agent == visitor)
        let relabelled = try await store.grain(ids[2])
        #expect(relabelled.standing.species == "galanthus" && relabelled.grain.species == "unidentified")

        // Back one by one, to what the lens found.
        let undo = try await store.review([ids[2]], .undo, by: visitor)
        #expect(undo.map(\.undoes) == [relabelled.lastReview?.id])
        let again = try await store.grain(ids[2])
        #expect(again.standing.species == "unidentified" && again.standing.status == .confirmed)
        #expect(again.lastReview?.id == accepted[2].id)
        try await store.review([ids[2], ids[0]], .undo, by: visitor)
        #expect(try await store.all(1).map(\.standing.status) == [.doubtful, .rejected, .machine])
        #expect(try await store.grain(ids[2]).lastReview == nil)
        #expect(await refusal { try await store.review([ids[2]], .undo, by: visitor) }?.code == .nothingToUndo)
        let history = try await store.reviews(ofGrain: ids[2])
        #expect(history.map(\.action) == [.accept, .relabel, .undo, .undo])
        #expect(history[1].undoneBy == history[2].id && history[3].undoes == history[0].id)
        #expect(try await store.reviews(ofRun: 1).count == 8)
    }

    /// What a grain is, a person says; where the counting frame ends, nobody does.
    @Test func aReviewDoesNotMoveTheBorder() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [
            [sampleGrain("iva", rejection: .border), sampleGrain("iva", x: 200, rejection: .small)]
        ])
        #expect(try await store.counted(slide) == [:])
        try await store.review([1, 2], .accept, by: botanist)
        try await store.review([1], .relabel(species: "galanthus"), by: botanist)
        #expect(try await store.counted(slide) == ["iva": 1])
        let cut = try await store.grain(1)
        #expect(cut.standing.species == "galanthus" && cut.standing.status == .rejected)
        #expect(cut.standing.reason == "border" && cut.lastReview?.action == .relabel)
        #expect(try await store.rebuildStandings() == 0)
    }

    @Test func whatIsSaidTwiceIsSaidOnce() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        _ = try await store.slide(withFields: [[sampleGrain("iva")]])
        let first = try await store.review([1], .accept, by: botanist)
        for _ in 0..<9 { #expect(try await store.review([1], .accept, by: botanist) == first) }
        #expect(try await store.reviews(ofGrain: 1) == first)
        // Another person's word is another word, and so is another word.
        try await store.review([1], .accept, by: visitor)
        try await store.review([1], .reject(reason: "spore"), by: visitor)
        try await store.review([1], .reject(reason: "spore"), by: visitor)
        try await store.review([1], .reject(reason: "dust"), by: visitor)
        try await store.review([1], .accept, by: botanist)
        #expect(
            try await store.reviews(ofGrain: 1).map(\.action) == [.accept, .accept, .reject, .reject, .accept])
        try await store.review([1], .undo, by: botanist)
        try await store.review([1], .accept, by: botanist)
        #expect(try await store.reviews(ofGrain: 1).count == 7)
    }

    @Test func onlyNeighboursMerge() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        // Triangles of 20 px; gaps of 0, 27 and 28 px of 180 nm: 0, 4.86 and 5.04 µm.
        let slide = try await store.slide(withFields: [
            [100.0, 120, 167, 215].map { sampleGrain("iva", x: $0) }
        ])
        let error = await refusal { try await store.review([1, 2, 3, 4], .merge(), by: visitor) }
        #expect(error?.code == .invalidReview)
        #expect(error?.message.contains("grains 3 and 4 lie 5.0 µm apart") == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("within 5 µm") == true)
        #expect(await refusal { try await store.review([1, 3], .merge(), by: visitor) }?.code == .invalidReview)
        #expect(try await store.counted(slide) == ["iva": 4])
        // The second bridges what is too wide between the first and the third.
        try await store.review([1, 3, 2], .merge(), by: visitor)
        #expect(try await store.counted(slide) == ["iva": 2])
        // Two that overlap, and one within another, touch.
        let inside = try await store.addField(
            [sampleGrain("iva", x: 100), sampleGrain("iva", x: 110), sampleGrain("iva", x: 111)], to: slide)
        let ids = try await store.all(inside).map(\.id)
        try await store.review(ids, .merge(), by: visitor)
        #expect(try await store.counted(slide) == ["iva": 3])
    }

    @Test func mergedGrainsBecomeOne() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [[sampleGrain("iva"), sampleGrain("iva", x: 120)]])
        let merge = try await store.review([1, 2], .merge(), by: botanist)[0]
        #expect(merge.grains == [1, 2] && merge.made.count == 1)
        #expect(try await store.counted(slide) == ["iva": 1])
        let whole = try await store.grain(merge.made[0])
        #expect(whole.origin == .person && whole.standing.status == .confirmed && whole.number == 3)
        #expect(whole.lastReview == merge && whole.grain.species == "iva")
        // The hull of the triangles at (90.25...110.25, 50) and (110...130, 50), each 9.75 px high.
        #expect(whole.grain.outlinePixels.count == 4)
        #expect(abs(whole.grain.areaPixels - (39.75 + 19.75) / 2 * 9.75) < 1e-9)
        #expect(try await store.all(1).map(\.standing.reason) == ["merged", "merged", nil])

        let error = await refusal { try await store.review([2], .accept, by: visitor) }
        #expect(error?.code == .grainRemoved)
        #expect(error?.message.contains("review \(merge.id)") == true && error?.message.contains("carla") == true)
        #expect(error?.hint.contains("grain \(whole.id)") == true)
        #expect(await refusal { try await store.review([1, 2], .merge(), by: visitor) }?.code == .grainRemoved)

        // What was said about the new grain comes back first.
        let later = try await store.review([whole.id], .relabel(species: "galanthus"), by: visitor)[0]
        let blocked = await refusal { try await store.review([1], .undo, by: visitor) }
        #expect(blocked?.code == .nothingToUndo && blocked?.message.contains("review \(later.id)") == true)
        try await store.review([whole.id], .undo, by: visitor)
        try await store.review([1], .undo, by: visitor)
        #expect(try await store.counted(slide) == ["iva": 2])
        #expect(try await store.all(1).map(\.standing.reason) == [nil, nil, "undone"])
        let gone = await refusal { try await store.review([whole.id], .accept, by: visitor) }
        #expect(gone?.code == .grainRemoved && gone?.message.contains("took back") == true)
        #expect(try await store.rebuildStandings() == 0)
    }

    @Test func aSplitGrainBecomesSeveral() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [[sampleGrain("iva")]])
        func square(_ x: Double) -> [Grain.Point] {
            [(x, 40), (x + 9, 40), (x + 9, 49), (x, 49)].map { Grain.Point(x: $0.0, y: $0.1) }
        }
        let parts = [
            Decision.Part(outlinePixels: square(90)), Decision.Part(species: "galanthus", outlinePixels: square(100)),
        ]
        let split = try await store.review([1], .split(into: parts), by: botanist)[0]
        #expect(split.made.count == 2)
        #expect(try await store.counted(slide) == ["iva": 1, "galanthus": 1])
        #expect(try await store.grain(1).standing.reason == "split")
        // Undo through one of the parts.
        try await store.review([split.made[1]], .undo, by: botanist)
        #expect(try await store.counted(slide) == ["iva": 1])
        #expect(try await store.grain(1).standing.status == .machine)
    }

    @Test func aDrawnGrainIsMeasured() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(
            withFields: [[sampleGrain("iva"), sampleGrain("iva", x: 120)]], settings: ["border_rule": "two-edges"])
        // An ellipse of half axes 30 and 20 px, turned by 30°, drawn against the clock.
        let (a, b, turn) = (30.0, 20.0, Double.pi / 6)
        let ellipse = (0..<720).map { index -> Grain.Point in
            let angle = -Double(index) * .pi / 360
            let (x, y) = (a * cos(angle), b * sin(angle))
            return Grain.Point(x: 500 + x * cos(turn) - y * sin(turn), y: 400 + x * sin(turn) + y * cos(turn))
        }
        let made = try await store.review([1, 2], .merge(outlinePixels: ellipse), by: botanist)[0].made[0]
        let grain = try await store.grain(made).grain
        // 180 nm a pixel.
        #expect(abs(grain.areaPixels - .pi * a * b) < 0.1)
        #expect(abs(grain.areaSquareMicrometres - .pi * a * b * 0.0324) < 0.01)
        #expect(abs(grain.equivalentDiameterMicrometres - 2 * (a * b).squareRoot() * 0.18) < 0.001)
        #expect(abs(grain.centroidPixels.x - 500) < 1e-6 && abs(grain.centroidPixels.y - 400) < 1e-6)
        let axes = try #require(grain.ellipse)
        #expect(abs(axes.majorMicrometres - 2 * a * 0.18) < 0.001 && abs(axes.minorMicrometres - 2 * b * 0.18) < 0.001)
        #expect(abs(axes.angleDegrees - 30) < 1e-6)
        // Ramanujan's perimeter of an ellipse.
        let h = ((a - b) / (a + b)) * ((a - b) / (a + b))
        let perimeter = Double.pi * (a + b) * (1 + 3 * h / (10 + (4 - 3 * h).squareRoot()))
        #expect(abs((grain.circularity ?? 0) - 4 * .pi * .pi * a * b / (perimeter * perimeter)) < 1e-4)
        #expect(!grain.isOnBorder && grain.rejection == nil && grain.confidence == 1 && grain.focus == nil)
        let (first, second) = (grain.outlinePixels[0], grain.outlinePixels[1])
        #expect((first.x - 500) * (second.y - 400) - (second.x - 500) * (first.y - 400) > 0, "clockwise, y down")
        #expect(try await store.counted(slide) == ["iva": 1])
    }

    @Test func theBorderRuleHoldsForDrawnGrainsToo() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(
            withFields: [[sampleGrain("iva"), sampleGrain("iva", x: 120)]],
            settings: ["border_rule": "two-edges", "border_guard_um": 1.0])
        func square(_ x: Double, _ y: Double) -> Decision.Part {
            Decision.Part(
                outlinePixels: [(x, y), (x + 9, y), (x + 9, y + 9), (x, y + 9)].map { Grain.Point(x: $0.0, y: $0.1) })
        }
        let made = try await store.review(
            [1], .split(into: [square(0, 500), square(500, 0), square(1270, 500), square(500, 1014)]), by: botanist)[0]
            .made
        var statuses: [Standing.Status] = []
        for grain in made {
            #expect(try await store.grain(grain).grain.isOnBorder)
            statuses.append(try await store.grain(grain).standing.status)
        }
        #expect(statuses == [.confirmed, .confirmed, .rejected, .rejected])
        #expect(try await store.counted(slide) == ["iva": 3])
        try await store.review([made[2]], .accept, by: botanist)
        #expect(try await store.counted(slide) == ["iva": 3])
    }

    @Test func aDividedDoubleDoesNotBeginToCount() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [
            [sampleGrain("iva")], [sampleGrain("iva"), sampleGrain("iva", x: 120)],
        ])
        let verdicts = [SlideVerdict(grain: 2, kind: .doubleOf(1))]
        try await store.setSlideVerdicts(verdicts, ofRun: 1)
        #expect(try await store.counted(slide) == ["iva": 2])
        let made = try await store.review([2, 3], .merge(), by: botanist)[0].made
        #expect(try await store.grain(made[0]).standing.doubleOf == 1)
        #expect(try await store.counted(slide) == ["iva": 1])
        // That it is a grain does not make it another one than the one it is seen as.
        try await store.review(made, .accept, by: botanist)
        #expect(try await store.counted(slide) == ["iva": 1])
    }

    @Test func decisionsThatDoNotFitAreRefused() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [
            [sampleGrain("iva"), sampleGrain("galanthus", x: 120)], [sampleGrain("iva")],
        ])
        let corners = [(0.0, 0.0), (9.0, 0.0), (9.0, 9.0)].map { Grain.Point(x: $0.0, y: $0.1) }
        func code(_ grains: [Int64], _ decision: Decision) async -> StoreError.Code? {
            await refusal { try await store.review(grains, decision, by: visitor) }?.code
        }
        #expect(await code([], .accept) == .invalidReview)
        #expect(await code([99], .accept) == .noSuchGrain)
        #expect(await code([99], .undo) == .noSuchGrain)
        #expect(await code([1], .relabel(species: " ")) == .invalidReview)
        #expect(await code([1], .reject(reason: "")) == .invalidReview)
        #expect(await code([1, 1], .merge()) == .invalidReview)
        #expect(await code([1, 2], .merge()) == .invalidReview)
        #expect(await code([1, 3], .merge(species: "iva")) == .invalidReview)
        #expect(await code([1], .split(into: [.init(outlinePixels: corners)])) == .invalidReview)
        for bad in [
            Array(corners.dropLast()), [corners[0], corners[1], corners[1]], corners + [Grain.Point(x: .nan, y: 0)],
            corners + [Grain.Point(x: 0, y: 1030)],
        ] {
            let parts = [Decision.Part(outlinePixels: corners), Decision.Part(outlinePixels: bad)]
            #expect(await code([1], .split(into: parts)) == .invalidReview)
        }
        // One bad grain among good ones: none is reviewed.
        #expect(await code([1, 2, 99], .accept) == .noSuchGrain)
        #expect(try await store.reviews(ofRun: 1).isEmpty)
        #expect(try await store.all(1).count == 2)
        #expect(try await store.counted(slide) == ["iva": 2, "galanthus": 1])
        #expect(await refusal { try await store.reviews(ofGrain: 99) }?.code == .noSuchGrain)
    }

    @Test func theLeastCertainComeFirst() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [
            [sampleGrain("iva", confidence: 0.9), sampleGrain("iva", confidence: 0.5)],
            [
                sampleGrain("galanthus", confidence: 0.7), sampleGrain("iva", confidence: 0.1, rejection: .small),
                sampleGrain("galanthus", confidence: 0.85),
            ],
        ])
        #expect(try await store.grainsToReview(ofSlide: slide, limit: 10).map(\.id) == [2, 3, 5, 1])
        #expect(try await store.grainsToReview(ofSlide: slide, limit: 2).map(\.id) == [2, 3])
        #expect(try await store.grainsToReview(ofSlide: slide, species: "iva", limit: 10).map(\.id) == [2, 1])
        try await store.review([2], .relabel(species: "galanthus"), by: botanist)
        #expect(try await store.grainsToReview(ofSlide: slide, limit: 1).map(\.id) == [3])
        try await store.review([2], .undo, by: botanist)
        #expect(try await store.grainsToReview(ofSlide: slide, limit: 1).map(\.id) == [2])
        let empty = try await store.slide(withFields: [], name: "empty")
        #expect(try await store.grainsToReview(ofSlide: empty, limit: 5).isEmpty)
    }

    @Test func reviewsStayWithTheirRun() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [[sampleGrain("iva")]])
        try await store.review([1], .reject(), by: botanist)
        let run = try await store.beginRun(
            ofSlide: slide, lens: sampleLens("other"), engineVersion: "2", settings: [:], by: visitor)
        try await store.finish(
            1, inRun: run.id, with: sampleResults([sampleGrain("iva")], pictureBytes: 1, lens: "other", settings: [:]))
        try await store.setRunInForce(run.id, by: visitor)
        #expect(try await store.counted(slide) == ["iva": 1])
        try await store.setRunInForce(1, by: visitor)
        #expect(try await store.counted(slide) == [:])
    }
}
