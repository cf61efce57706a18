import Foundation
import Grains
import GRDB
import SlideStore
import Testing

/// Fields that a second person reads, who sees no names.
@Suite struct SecondReadingTests {
    private let anna = Agent(userID: 1000, processID: 1, userName: "Anna")
    private let bea = Agent(userID: 1001, processID: 2, userName: "Bea")

    private func square(_ x: Double, _ y: Double = 300, side: Double = 40) -> [Grain.Point] {
        [(x, y), (x + side, y), (x + side, y + side), (x, y + side)].map { Grain.Point(x: $0.0, y: $0.1) }
    }

    /// Three grains in the first field, of which Anna names one and rejects one, and one in the second.
    private func slide(_ store: SlideStore) async throws -> Slide.ID {
        let slide = try await store.slide(withFields: [
            [sampleGrain("iva"), sampleGrain("iva", x: 200), sampleGrain("galanthus", x: 300)], [sampleGrain("iva")],
        ])
        try await store.review([1], .relabel(species: "galanthus"), by: anna)
        try await store.review([2], .reject(reason: "spore"), by: anna)
        return slide
    }

    private func begin(
        _ store: SlideStore, _ slide: Slide.ID, by agent: Agent, isNamed: Bool = false
    ) async throws -> SecondReading {
        try await store.beginSecondReading(ofSlide: slide, seed: 7, by: agent, isNamed: isNamed) { $0.reversed() }
    }

    @Test func theFirstWordIsKeptAsItWas() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await slide(store)
        let reading = try await begin(store, slide, by: bea)
        #expect(reading.fields.map(\.capture) == [2, 1] && reading.reader == bea && reading.seed == 7)
        #expect(reading.firstReaders == [SecondReading.Reader(userID: 1000, name: "Anna")])
        #expect(reading.objects.map(\.subject) == [.grain(1), .grain(2), .grain(3), .grain(4)])
        #expect(reading.objects.map(\.first) == ["galanthus", nil, "galanthus", "iva"])
        #expect(reading.objects.allSatisfy { !$0.isJudged })

        // What the first reader says later is not what the second is compared with, and the second's is no review.
        try await store.review([1], .relabel(species: "iva"), by: anna)
        let reviews = try await store.reviews(ofRun: 1).count
        var said = try await store.say("iva", of: .grain(1), inReading: reading.id, by: bea, isNamed: false)
        said = try await store.say(nil, of: .grain(2), inReading: reading.id, by: bea, isNamed: false)
        #expect(said.objects[0].first == "galanthus" && said.objects[0].second == "iva" && said.objects[0].isJudged)
        #expect(said.objects[1].isJudged && said.objects[1].second == nil)
        // The latest word holds.
        said = try await store.say("galanthus", of: .grain(1), inReading: reading.id, by: bea, isNamed: false)
        #expect(said.objects[0].second == "galanthus")
        #expect(try await store.reviews(ofRun: 1).count == reviews)

        let open = await refusal {
            try await store.finishField(1, inReading: reading.id, by: bea, isNamed: false)
        }
        #expect(open?.code == .invalidReading && open?.message.contains("1 outline is not judged") == true)
        said = try await store.draw(
            square(700), species: "iva", capture: 1, inReading: reading.id, by: bea, isNamed: false)
        let drawn = try #require(said.objects.last)
        #expect(drawn.first == nil && drawn.second == "iva" && drawn.outline == square(700) && drawn.capture == 1)
        _ = try await store.say("iva", of: .grain(3), inReading: reading.id, by: bea, isNamed: false)
        let finished = try await store.finishField(1, inReading: reading.id, by: bea, isNamed: false)
        #expect(finished.fields.map { $0.finishedAt != nil } == [false, true])
        #expect(try await store.secondReadings(ofSlide: slide) == [finished])
        // Taken back, it is gone.
        let back = try await store.say(nil, of: drawn.subject, inReading: reading.id, by: bea, isNamed: false)
        #expect(back.objects.count == 4)
    }

    @Test func nobodyIsBothReaders() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await slide(store)
        #expect(await refusal { try await begin(store, slide, by: anna) }?.code == .sameReader)
        // By another login, and under another writing.
        let elsewhere = Agent(userID: 1002, processID: 3, userName: "ANNA")
        #expect(await refusal { try await begin(store, slide, by: elsewhere, isNamed: true) }?.code == .sameReader)
        // The same login without a name given is the same person; with one it is another.
        let shared = Agent(userID: 1000, processID: 3, userName: "lab")
        let unnamed = await refusal { try await begin(store, slide, by: shared) }
        #expect(unnamed?.code == .sameReader && unnamed?.hint.contains("--reader") == true)
        let cem = Agent(userID: 1000, processID: 3, userName: "Cem")
        let reading = try await begin(store, slide, by: cem, isNamed: true)
        #expect(
            await refusal { try await store.say("iva", of: .grain(1), inReading: reading.id, by: cem, isNamed: false) }?
                .code == .sameReader)
        let others: [(Agent, Bool)] = [(anna, true), (bea, false)]
        for (agent, isNamed) in others {
            let error = await refusal {
                try await store.say("iva", of: .grain(1), inReading: reading.id, by: agent, isNamed: isNamed)
            }
            #expect(error?.code == .sameReader)
        }
        let said = try await store.say("iva", of: .grain(1), inReading: reading.id, by: cem, isNamed: true)
        #expect(said.objects[0].second == "iva")
        // Who finished the field is a first reader, too.
        try await store.setFinished(2, true, by: bea)
        #expect(await refusal { try await begin(store, slide, by: bea) }?.code == .sameReader)
    }

    @Test func differencesAreSettledByReviews() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await slide(store)
        let id = try await begin(store, slide, by: bea).id
        for (grain, species) in [(1, "galanthus"), (2, "iva"), (3, nil), (4, "iva")] as [(Int64, String?)] {
            _ = try await store.say(species, of: .grain(grain), inReading: id, by: bea, isNamed: false)
        }
        let drawn = try await store.draw(
            square(700), species: "iva", capture: 1, inReading: id, by: bea, isNamed: false)
        let subject = try #require(drawn.objects.last?.subject)
        let alike = await refusal { try await store.settle(.grain(1), as: "iva", inReading: id, by: anna) }
        #expect(alike?.code == .invalidReading && alike?.message.contains("do not differ") == true)

        let (_, relabelled) = try await store.settle(.grain(2), as: "iva", inReading: id, by: anna)
        #expect(
            relabelled?.action == .relabel && relabelled?.note == "second reading \(id)" && relabelled?.agent == anna)
        #expect(try await store.grain(2).standing.status == .confirmed)
        let (after, rejected) = try await store.settle(.grain(3), as: nil, inReading: id, by: bea)
        #expect(rejected?.action == .reject && after.objects[2].settlement?.agent == bea)
        #expect(after.objects[2].settlement?.review == rejected?.id && after.objects[2].settlement?.species == nil)
        let (last, made) = try await store.settle(subject, as: "iva", inReading: id, by: anna)
        #expect(made?.action == .draw && made?.made.count == 1 && last.objects.last?.settlement?.species == "iva")
        #expect(try await store.counted(slide) == ["galanthus": 1, "iva": 3])
        // Twice would count it twice.
        #expect(
            await refusal { try await store.settle(subject, as: "iva", inReading: id, by: anna) }?.code
                == .invalidReading)
        // The last word may be said anew.
        _ = try await store.settle(.grain(3), as: "galanthus", inReading: id, by: anna)
        #expect(try await store.secondReading(id).objects[2].settlement?.species == "galanthus")
        #expect(try await store.rebuildStandings() == 0)
    }

    @Test func badInputIsRefused() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let empty = try await store.createSlide(name: "empty", note: "", by: anna)
        #expect(await refusal { try await begin(store, empty.id, by: bea) }?.code == .invalidReading)
        let slide = try await slide(store)
        let id = try await begin(store, slide, by: bea).id
        #expect(await refusal { try await store.secondReading(id + 1) }?.code == .noSuchReading)
        #expect(
            await refusal { try await store.say("iva", of: .grain(99), inReading: id, by: bea, isNamed: false) }?.code
                == .noSuchGrain)
        for outline in [square(1270), Array(square(700).prefix(2))] {
            let error = await refusal {
                try await store.draw(outline, species: "iva", capture: 1, inReading: id, by: bea, isNamed: false)
            }
            #expect(error?.code == .invalidReview)
        }
        #expect(
            await refusal {
                try await store.draw(square(700), species: "iva", capture: 9, inReading: id, by: bea, isNamed: false)
            }?.code == .noSuchCapture)
        // Left out in the midst.
        try await store.exclude(2, reason: "out of focus", by: anna)
        #expect(try await store.secondReading(id).fields.map(\.isExcluded) == [true, false])
        // Words are never changed.
        _ = try await store.say("iva", of: .grain(1), inReading: id, by: bea, isNamed: false)
        let database = try DatabaseQueue(path: folder.database)
        #expect(throws: DatabaseError.self) {
            try database.write { try $0.execute(sql: "DELETE FROM second_reading_words") }
        }
        // The slide goes with its readings.
        _ = try await Task.detached { try store.delete(slide: slide, archive: nil, by: Agent(userID: 0, processID: 1)) }
            .value
        #expect(await refusal { try await store.secondReading(id) }?.code == .noSuchReading)
        let left = try await database.read { db in
            try ["words", "grains", "fields", "finishes", "settlements"].map { table in
                try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM second_reading_\(table)")
            }
        }
        #expect(left == [0, 0, 0, 0, 0])
    }
}
