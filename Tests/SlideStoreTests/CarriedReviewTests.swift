import Grains
import SlideStore
import Testing

/// What people said about grains holds for the same grains in another run, or it is told where not.
@Suite struct CarriedReviewTests {
    private func square(_ species: String, _ x: Double, _ y: Double = 100, side: Double = 20) -> Grain {
        var grain = sampleGrain(species, x: x + side / 2)
        grain.outlinePixels = corners(x, y, side)
        grain.boundingBoxPixels = Grain.Box(x0: x, y0: y, x1: x + side, y1: y + side)
        return grain
    }

    private func corners(_ x: Double, _ y: Double, _ side: Double, height: Double? = nil) -> [Grain.Point] {
        let height = height ?? side
        return [(x, y), (x + side, y), (x + side, y + height), (x, y + height)].map { Grain.Point(x: $0.0, y: $0.1) }
    }

    /// Another run over the slide's captures.
    private func run(_ store: SlideStore, _ slide: Slide.ID, _ fields: [[Grain]]) async throws -> Run.ID {
        let run = try await store.beginRun(
            ofSlide: slide, lens: sampleLens("other"), engineVersion: "2", settings: [:], by: visitor)
        let captures = try await store.captures(ofSlide: slide)
        for (capture, grains) in zip(captures, fields) {
            try await store.finish(
                capture.id, inRun: run.id, with: sampleResults(grains, pictureBytes: 1, lens: "other", settings: [:]))
        }
        return run.id
    }

    private func standings(_ store: SlideStore, _ run: Run.ID) async throws -> [String] {
        try await store.grains(ofRun: run).map { grain in
            let standing = grain.standing
            return [standing.species, standing.status.rawValue, standing.reason].compactMap(\.self).joined(
                separator: " ")
        }
    }

    @Test func decisionsFollowTheirGrains() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let grains = [square("iva", 100), square("iva", 200), square("iva", 300), square("iva", 400)]
        let slide = try await store.slide(withFields: [grains, [square("iva", 100)]])
        try await store.review([1], .accept, note: "clear", by: botanist)
        try await store.review([2], .relabel(species: "galanthus"), by: botanist)
        try await store.review([3], .reject(reason: "spore"), by: botanist)
        try await store.review([4], .reject(), by: visitor)
        try await store.review([5], .reject(), by: visitor)
        try await store.review([5], .undo, by: visitor)
        // The first moved by 3 px, the second by 6: of squares of 20 px they share 74 and 54 % of the union. The third
        // shrank to a quarter; the fourth is gone. In another order, and the second field has one at the first's place.
        let other = try await run(
            store, slide,
            [[square("iva", 300, side: 10), square("iva", 206), square("iva", 103)], [square("iva", 100)]])
        #expect(try await store.carryReviews(from: 1, to: other) == 2)
        #expect(
            try await standings(store, other) == ["iva machine", "galanthus confirmed", "iva confirmed", "iva machine"])
        let left = try await store.leftReviews(ofRun: other)
        #expect(left.map(\.review.action) == [.reject, .reject] && left.map(\.review.grains) == [[3], [4]])
        #expect(left.map(\.capture) == [1, 1] && left[0].reason.contains("overlaps by half"))
        let carried = try await store.reviews(ofRun: other)
        #expect(carried.map(\.agent) == [botanist, botanist])
        #expect(carried[0].note.contains("review 1") && carried[0].note.contains("clear"))

        // Again, and back: nothing is said twice, and the first run stays as it was.
        let before = try await store.reviews(ofRun: 1)
        #expect(try await store.carryReviews(from: 1, to: other) == 0)
        #expect(try await store.carryReviews(from: other, to: 1) == 0)
        #expect(try await store.reviews(ofRun: 1) == before)
        #expect(try await store.reviews(ofRun: other) == carried)
        // What is left and taken back is no longer missed.
        try await store.review([3], .undo, by: botanist)
        #expect(try await store.leftReviews(ofRun: other).map(\.review.grains) == [[4]])
        #expect(try await store.rebuildStandings() == 0)
    }

    /// A person who accepted an Iva did not accept what another lens, or another limit, makes of it.
    @Test func anAcceptedSpeciesHoldsWhereTheRunSeesAnother() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [[square("iva", 100), square("iva", 200), square("iva", 300)]])
        for grain: Int64 in 1...3 { try await store.review([grain], .accept, by: botanist) }
        let other = try await run(
            store, slide, [[square("unidentified", 100), square("galanthus", 200), square("iva", 300)]])
        #expect(try await store.carryReviews(from: 1, to: other) == 3)
        #expect(try await standings(store, other) == ["iva confirmed", "iva confirmed", "iva confirmed"])
    }

    @Test func whatWasSaidInTheOtherRunStands() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [[square("iva", 100), square("iva", 200)]])
        let other = try await run(store, slide, [[square("iva", 100), square("iva", 200)]])
        let ids = try await store.grains(ofRun: other).map(\.id)
        try await store.review([1, 2], .accept, by: visitor)
        try await store.review([ids[0]], .reject(reason: "spore"), by: botanist)
        #expect(try await store.carryReviews(from: 1, to: other) == 1)
        #expect(try await standings(store, other) == ["iva rejected person", "iva confirmed"])
        #expect(try await store.leftReviews(ofRun: other).isEmpty)
        // Taken back there, it stays so.
        try await store.review([ids[1]], .undo, by: botanist)
        #expect(try await store.carryReviews(from: 1, to: other) == 0)
        #expect(try await standings(store, other) == ["iva rejected person", "iva machine"])
        // What was said there first goes to the first run.
        try await store.review([1], .undo, by: visitor)
        #expect(try await store.carryReviews(from: other, to: 1) == 1)
        #expect(try await standings(store, 1) == ["iva rejected person", "iva confirmed"])
    }

    @Test func mergesAndSplitsAreDrawnAgainOrConfirmed() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        // Two halves of one, twice; two in one, twice.
        func halves(_ x: Double) -> [Grain] { [square("iva", x), square("iva", x + 20)] }
        func whole(_ x: Double) -> Grain {
            var grain = square("iva", x)
            grain.outlinePixels = corners(x, 100, 40, height: 20)
            grain.boundingBoxPixels = Grain.Box(x0: x, y0: 100, x1: x + 40, y1: 120)
            return grain
        }
        let slide = try await store.slide(withFields: [halves(100) + halves(200) + [whole(300), whole(400)]])
        func parts(_ x: Double) -> [Decision.Part] {
            [
                Decision.Part(outlinePixels: corners(x, 100, 20)),
                Decision.Part(species: "galanthus", outlinePixels: corners(x + 20, 100, 20)),
            ]
        }
        let merged = try await store.review([1, 2], .merge(), by: botanist)[0].made[0]
        try await store.review([3, 4], .merge(species: "galanthus"), by: botanist)
        try await store.review([5], .split(into: parts(300)), by: botanist)
        try await store.review([6], .split(into: parts(400)), by: botanist)
        try await store.review([merged], .relabel(species: "galanthus"), by: botanist)
        #expect(try await store.counted(slide) == ["iva": 2, "galanthus": 4])
        // The other lens sees the first pair as before and the second as one, the first whole as before and the second
        // as two.
        let other = try await run(store, slide, [halves(100) + [whole(200), whole(300)] + halves(400)])
        #expect(try await store.carryReviews(from: 1, to: other) == 5)
        #expect(
            try await standings(store, other) == [
                "iva replaced merged", "iva replaced merged", "galanthus confirmed", "iva replaced split",
                "iva confirmed", "galanthus confirmed", "galanthus confirmed", "iva confirmed", "galanthus confirmed",
            ])
        #expect(try await store.leftReviews(ofRun: other).isEmpty)
        try await store.setRunInForce(other, by: visitor)
        #expect(try await store.counted(slide) == ["iva": 2, "galanthus": 4])
        // Once more, on the drawn ones too.
        let third = try await run(store, slide, [halves(100) + [whole(200), whole(300)] + halves(400)])
        #expect(try await store.carryReviews(from: other, to: third) > 0)
        #expect(try await standings(store, third) == (try await standings(store, other)))
        #expect(try await store.carryReviews(from: third, to: 1) == 0)
        #expect(try await store.rebuildStandings() == 0)
    }
}
