import Foundation
import GRDB
import Grains
import SlideStore
import Testing

/// What counts before anybody reviewed.
@Suite struct StandingTests {
    @Test func rejectedObjectsAreKeptAndDoNotCount() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let grains = [
            sampleGrain("iva"), sampleGrain("iva", x: 200, confidence: 0.79),
            sampleGrain("iva", x: 300, confidence: 0.8),
            sampleGrain("iva", x: 400, onBorder: true, rejection: .border),
            sampleGrain("unidentified", x: 500, rejection: .small),
        ]
        let slide = try await store.slide(withFields: [grains])
        let all = try await store.all(1)
        #expect(all.map(\.grain) == grains)
        #expect(all.map(\.standing.status) == [.machine, .doubtful, .machine, .rejected, .rejected])
        #expect(all.map(\.standing.reason) == [nil, nil, nil, "border", "small"])
        #expect(try await store.grains(ofCapture: 1).map(\.number) == [1, 2, 3])
        let counts = try await store.summary(ofSlide: slide).counts
        #expect(counts.map(\.species) == ["iva", "unidentified"] && counts.map(\.grains) == [3, 0])
        #expect(counts.map(\.byStatus) == [[.machine: 2, .doubtful: 1, .rejected: 1], [.rejected: 1]])
        #expect(counts.map(\.onBorder) == [0, 0])
    }

    @Test func doublesAndDirtAreReplacedAsAWhole() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [
            [sampleGrain("iva"), sampleGrain("iva", x: 200)], [sampleGrain("iva"), sampleGrain("iva", x: 200)],
        ])
        let run = try #require(try await store.runInForce(ofSlide: slide)).id
        let ids = try await store.all(1).map(\.id) + store.all(2).map(\.id)
        try await store.setSlideVerdicts(
            [SlideVerdict(grain: ids[2], kind: .doubleOf(ids[0])), SlideVerdict(grain: ids[1], kind: .dirt)],
            ofRun: run)
        #expect(try await store.counted(slide) == ["iva": 2])
        let double = try await store.grain(ids[2]).standing
        #expect(double.status == .double && double.doubleOf == ids[0] && double.reason == nil)
        #expect(try await store.grain(ids[1]).standing.reason == "dirt")
        // A person has the last word, now and when the slide is asked again.
        try await store.review([ids[1]], .accept, by: botanist)
        let verdicts = [SlideVerdict(grain: ids[1], kind: .dirt), SlideVerdict(grain: ids[3], kind: .doubleOf(ids[1]))]
        try await store.setSlideVerdicts(verdicts, ofRun: run)
        #expect(
            try await store.summary(ofSlide: slide).counts.map(\.byStatus) == [
                [.machine: 2, .confirmed: 1, .double: 1]
            ])
        #expect(try await store.rebuildStandings() == 0)
    }

    /// That it is a grain does not make it another one.
    @Test func bothGrainsOfAPairAcceptedCountOnce() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [[sampleGrain("iva")], [sampleGrain("iva")]])
        let run = try #require(try await store.runInForce(ofSlide: slide)).id
        let (a, b) = (try await store.all(1)[0].id, try await store.all(2)[0].id)
        try await store.review([a, b], .accept, by: botanist)
        #expect(try await store.counted(slide) == ["iva": 2])
        try await store.setSlideVerdicts([SlideVerdict(grain: b, kind: .doubleOf(a))], ofRun: run)
        #expect(try await store.counted(slide) == ["iva": 1])
        #expect(try await store.grain(b).standing.doubleOf == a)
        try await store.review([b], .relabel(species: "galanthus"), by: botanist)
        #expect(try await store.counted(slide) == ["iva": 1])
        try await store.review([b], .reject(reason: nil), by: botanist)
        #expect(try await store.grain(b).standing.reason == "person")
        #expect(try await store.rebuildStandings() == 0)
    }

    @Test func impossibleVerdictsChangeNothing() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [[sampleGrain("iva"), sampleGrain("iva", x: 200)]])
        let other = try await store.slide(withFields: [[sampleGrain("iva")]], name: "Roof")
        let run = try #require(try await store.runInForce(ofSlide: slide)).id
        let (a, b) = (try await store.all(1)[0].id, try await store.all(1)[1].id)
        let foreign = try await store.all(2)[0].id
        try await store.setSlideVerdicts([SlideVerdict(grain: b, kind: .doubleOf(a))], ofRun: run)
        func code(_ verdicts: [SlideVerdict]) async -> StoreError.Code? {
            await refusal { try await store.setSlideVerdicts(verdicts, ofRun: run) }?.code
        }
        #expect(
            await code([.init(grain: a, kind: .doubleOf(b)), .init(grain: b, kind: .doubleOf(a))]) == .invalidValue)
        #expect(await code([.init(grain: a, kind: .doubleOf(a))]) == .invalidValue)
        #expect(await code([.init(grain: a, kind: .dirt), .init(grain: a, kind: .dirt)]) == .invalidValue)
        #expect(await code([.init(grain: a, kind: .doubleOf(foreign))]) == .runMismatch)
        #expect(await code([.init(grain: 99, kind: .dirt)]) == .noSuchGrain)
        #expect(try await store.counted(slide) == ["iva": 1])
        #expect(try await store.counted(other) == ["iva": 1])
    }

    @Test func damagedStandingsAreMadeAnew() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [[sampleGrain("iva"), sampleGrain("iva", x: 200)]])
        let sql = """
            INSERT INTO species (name) VALUES ('x');
            UPDATE standings SET species_id = last_insert_rowid() WHERE grain_id = 1;
            DELETE FROM standings WHERE grain_id = 2
            """
        try await DatabaseQueue(path: folder.database).write { try $0.execute(sql: sql) }
        #expect(try await store.counted(slide) == ["x": 1])
        #expect(try await store.rebuildStandings() == 2)
        #expect(try await store.counted(slide) == ["iva": 2])
    }
}
