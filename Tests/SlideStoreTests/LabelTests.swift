import Foundation
import GRDB
import Grains
import SlideStore
import Testing

/// Outlines that people draw, fields that they finish, species of their own.
@Suite struct LabelTests {
    private func square(_ x: Double, _ y: Double = 300, side: Double = 40) -> [Grain.Point] {
        [(x, y), (x + side, y), (x + side, y + side), (x, y + side)].map { Grain.Point(x: $0.0, y: $0.1) }
    }

    @Test func aMissedGrainIsDrawn() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [[sampleGrain("iva")], []])
        let review = try await store.draw(square(200), species: "galanthus", inField: 1, by: botanist)
        #expect(review.action == .draw && review.grains.isEmpty && review.made == [2] && review.agent == botanist)
        let drawn = try await store.grain(2)
        #expect(drawn.origin == .person && drawn.standing.status == .confirmed && drawn.number == 2)
        #expect(drawn.grain.outlinePixels == square(200) && drawn.grain.areaPixels == 1600)
        #expect(drawn.lastReview == review)
        // Also where the lens found nothing at all.
        try await store.draw(square(200), species: "iva", inField: 2, by: visitor)
        #expect(try await store.counted(slide) == ["iva": 2, "galanthus": 1])
        #expect(try await store.reviews(ofGrain: 2) == [review])

        try await store.review([2], .undo, by: visitor)
        #expect(try await store.counted(slide) == ["iva": 2])
        #expect(try await store.grain(2).standing.reason == "undone")
        #expect(await refusal { try await store.review([2], .accept, by: visitor) }?.code == .grainRemoved)
        // The place is free again.
        try await store.draw(square(200), species: "iva", inField: 1, by: visitor)
        #expect(try await store.counted(slide) == ["iva": 3])
        #expect(try await store.rebuildStandings() == 0)
    }

    @Test func anOutlineIsPutRight() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [[sampleGrain("iva")]])
        let redrawn = try await store.review([1], .redraw(outlinePixels: square(90, 30)), by: botanist)[0]
        #expect(redrawn.grains == [1] && redrawn.made == [2])
        #expect(try await store.grain(1).standing.reason == "redrawn")
        #expect(try await store.counted(slide) == ["iva": 1])
        let error = await refusal { try await store.review([1], .reject(), by: visitor) }
        #expect(error?.code == .grainRemoved)
        #expect(
            error?.message.contains("review 1 (draw) by carla") == true && error?.message.hasSuffix("grain 2") == true)
        // With another species at once, and back to what the lens found.
        try await store.review([2], .redraw(species: "galanthus", outlinePixels: square(92, 30)), by: botanist)
        #expect(try await store.counted(slide) == ["galanthus": 1])
        try await store.review([3], .undo, by: botanist)
        try await store.review([2], .undo, by: botanist)
        #expect(try await store.counted(slide) == ["iva": 1])
        #expect(try await store.all(1).map(\.standing.status) == [.machine, .replaced, .replaced])
        #expect(try await store.rebuildStandings() == 0)
    }

    @Test func outlinesThatAreNoneAreRefused() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [[sampleGrain("iva")]])
        func refused(_ corners: [(Double, Double)], because reason: String) async {
            let outline = corners.map { Grain.Point(x: $0.0, y: $0.1) }
            for draw in [true, false] {
                let error = await refusal {
                    if draw {
                        _ = try await store.draw(outline, species: "iva", inField: 1, by: visitor)
                    } else {
                        _ = try await store.review([1], .redraw(outlinePixels: outline), by: visitor)
                    }
                }
                #expect(
                    error?.code == .invalidReview && error?.message.contains(reason) == true, "\(error?.message ?? "")")
            }
        }
        await refused([(200, 200), (240, 200)], because: "2 corners")
        await refused([(200, 200), (220, 200), (240, 200)], because: "0.0 square pixels")
        await refused([(200, 200), (240, 240), (240, 200), (200, 240)], because: "crosses itself: its sides 1 and 3")
        await refused([(1270, 200), (1290, 200), (1290, 220)], because: "leaves the field of 1280 x 1024")
        await refused([(-30, 200), (40, 200), (40, 220)], because: "leaves the field")
        await refused([(.nan, 200), (40, 200), (40, 220)], because: "leaves the field")
        await refused([(0, 0), (.infinity, 200), (40, 220)], because: "leaves the field")
        #expect(
            await refusal { try await store.draw(square(200), species: " ", inField: 1, by: visitor) }?.code
                == .invalidReview)
        #expect(
            await refusal { try await store.draw(square(200), species: "iva", inField: 9, by: visitor) }?.code
                == .noSuchCapture)
        // What counts already is not counted twice.
        try await store.draw(square(200), species: "iva", inField: 1, by: visitor)
        let twice = await refusal { try await store.draw(square(202), species: "iva", inField: 1, by: botanist) }
        #expect(twice?.message.contains("lies on grain 2 (iva)") == true)
        // A field that no lens has looked at.
        let pending = try await store.storeInput(sampleInput(), slide: slide, by: visitor).id
        let early = await refusal { try await store.draw(square(200), species: "iva", inField: pending, by: visitor) }
        #expect(early?.message.contains("no lens has looked at capture \(pending)") == true)
        #expect(await refusal { try await store.setFinished(pending, true, by: visitor) }?.code == .invalidReview)
        #expect(try await store.counted(slide) == ["iva": 2])
        #expect(try await store.reviews(ofRun: 1).count == 1)
    }

    @Test func aFinishedFieldHasANameAndATime() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [
            [sampleGrain("iva", confidence: 0.6), sampleGrain("galanthus", x: 200, confidence: 0.9)],
            [sampleGrain("iva", confidence: 0.5), sampleGrain("iva", x: 200, confidence: 0.5)], [],
        ])
        try await store.review([1], .accept, by: botanist)
        try await store.setFinished(1, true, by: botanist)
        try await store.setFinished(1, true, by: visitor)
        var fields = try await store.labels(ofSlide: slide)
        #expect(fields.map(\.capture) == [1, 2, 3])
        #expect(fields.map { $0.finish?.agent } == [botanist, nil, nil])
        #expect(abs(try #require(fields[0].finish).at.timeIntervalSinceNow) < 60)
        #expect(fields.map(\.grains) == [["iva": 1, "galanthus": 1], ["iva": 2], [:]])
        #expect(fields.map(\.confirmed) == [1, 0, 0] && fields.map(\.unreviewed) == [1, 2, 0])
        #expect(fields.map { ($0.expectedErrors * 100).rounded() } == [10, 100, 0])

        try await store.setFinished(1, false, by: visitor)
        try await store.exclude(2, reason: "blurred", by: visitor)
        fields = try await store.labels(ofSlide: slide)
        #expect(fields[0].finish == nil && fields.map(\.isExcluded) == [false, true, false])
        #expect(fields[1].grains.isEmpty && fields[1].unreviewed == 0)
        #expect(
            try await store.events(limit: 3).map(\.what) == [
                "capture left out", "field opened again", "field finished",
            ])
    }

    @Test func aFinishedFieldGoesWithItsSlide() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [[sampleGrain("iva")]])
        try await store.draw(square(200), species: "iva", inField: 1, by: botanist)
        try await store.setFinished(1, true, by: botanist)
        try store.delete(slide: slide, archive: nil, by: visitor)
        #expect(try await store.slides().isEmpty)
    }

    @Test func twoPeopleAtOneFieldAreTold() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [
            [sampleGrain("iva"), sampleGrain("iva", x: 200)], [sampleGrain("iva")],
        ])
        let seen = try await store.labelling(ofField: 1).revision
        #expect(seen == 0)
        try await store.draw(square(200), species: "iva", inField: 1, expecting: seen, by: botanist)
        let error = await refusal {
            try await store.draw(square(300), species: "iva", inField: 1, expecting: seen, by: visitor)
        }
        #expect(
            error?.code == .fieldChanged && error?.message.contains("draw by carla") == true, "\(error?.message ?? "")")
        #expect(
            await refusal { try await store.review([1], .accept, expecting: seen, by: visitor) }?.code == .fieldChanged)
        #expect(
            await refusal { try await store.setFinished(1, true, expecting: seen, by: visitor) }?.code == .fieldChanged)
        // What the first one said is kept; the second one looks again and goes on. Another field is another matter.
        #expect(try await store.counted(slide) == ["iva": 4])
        try await store.review([3], .accept, expecting: 0, by: visitor)
        var revision = try await store.labelling(ofField: 1).revision
        try await store.draw(square(300), species: "iva", inField: 1, expecting: revision, by: visitor)
        revision += 1
        try await store.setFinished(1, true, expecting: revision, by: visitor)
        let late = await refusal { try await store.review([1], .reject(), expecting: revision, by: botanist) }
        #expect(late?.message.contains("finished by user 1000") == true, "\(late?.message ?? "")")
        // An undo is a word too.
        revision = try await store.labelling(ofField: 1).revision
        try await store.review([4], .undo, expecting: revision, by: botanist)
        #expect(try await store.labelling(ofField: 1).revision == revision + 1)
    }

    @Test func speciesOfOnesOwnStay() async throws {
        let folder = try Folder()
        let birch = AddedSpecies(key: "betula", name: "Betula pendula", colour: "#e69f00")
        do {
            let store = try SlideStore(at: folder.database)
            try await store.add(birch, by: botanist)
            let again = await refusal {
                try await store.add(AddedSpecies(key: "b", name: "betula Pendula", colour: "#000000"), by: visitor)
            }
            #expect(again?.code == .invalidSpecies && again?.message.contains("Betula pendula (betula)") == true)
            #expect(store.addedSpecies == [birch])
            try store.close()
        }
        #expect(try SlideStore(at: folder.database).addedSpecies == [birch])
    }

    /// What a person drew is drawn for another lens too, or confirmed where that found it by itself.
    @Test func drawnGrainsAreCarried() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [[sampleGrain("iva")], []])
        func found(_ x: Double) -> Grain {
            var grain = sampleGrain("iva", x: x + 20, confidence: 0.6)
            grain.outlinePixels = square(x)
            return grain
        }
        try await store.draw(square(200), species: "iva", inField: 1, by: botanist)
        try await store.draw(square(400), species: "galanthus", inField: 1, by: botanist)
        try await store.review([1], .redraw(outlinePixels: square(90, 30)), by: botanist)
        try await store.draw(square(600), species: "iva", inField: 2, by: botanist)
        let run = try await store.beginRun(
            ofSlide: slide, lens: sampleLens("other"), engineVersion: "2", settings: [:], by: visitor)
        try await store.finish(
            1, inRun: run.id,
            with: sampleResults([sampleGrain("iva"), found(204)], pictureBytes: 1, lens: "other", settings: [:]))
        #expect(try await store.carryReviews(from: 1, to: run.id) == 3)
        let left = try await store.leftReviews(ofRun: run.id)
        #expect(left.map(\.capture) == [2])
        try await store.finish(2, inRun: run.id, with: sampleResults([], pictureBytes: 1, lens: "other", settings: [:]))
        #expect(try await store.carryReviews(from: 1, to: run.id) == 1)
        let grains = try await store.grains(ofRun: run.id)
        #expect(
            grains.filter { $0.standing.status == .confirmed }.map(\.standing.species) == [
                "iva", "galanthus", "iva", "iva",
            ])
        #expect(grains.map(\.standing.reason) == ["redrawn", nil, nil, nil, nil])
        #expect(try await store.leftReviews(ofRun: run.id).isEmpty)
        #expect(try await store.carryReviews(from: 1, to: run.id) == 0)
        #expect(try await store.rebuildStandings() == 0)
    }

    /// Files of version 14 take the new action, and keep what they hold.
    @Test func anOlderFileLearnsToDraw() async throws {
        let folder = try Folder()
        try Version1File.write(to: folder.database)
        let store = try SlideStore(at: folder.database)
        try await store.review([12], .relabel(species: "iva"), by: botanist)
        try await store.draw(square(300), species: "iva", inField: 3, by: botanist)
        #expect(try await store.rebuildStandings() == 0)
        try store.close()
        let (check, status) = try await DatabaseQueue(path: folder.database).read { db in
            (
                try String.fetchAll(db, sql: "PRAGMA integrity_check"),
                try String.fetchOne(db, sql: "SELECT status FROM standings ORDER BY grain_id DESC")
            )
        }
        #expect(check == ["ok"] && status == "confirmed")
    }
}
