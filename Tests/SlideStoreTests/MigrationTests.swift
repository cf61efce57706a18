import Foundation
import GRDB
import Grains
import SlideStore
import Testing

/// Files that version 1 wrote.
@Suite struct MigrationTests {
    @Test func everythingIsKept() async throws {
        let folder = try Folder()
        try Version1File.write(to: folder.database)
        let store = try SlideStore(at: folder.database)

        let slides = try await store.slides()
        #expect(slides.map(\.slide.name) == ["Meadow", "Roof"])
        #expect(slides[0].captures == [.done: 2, .failed: 1, .analysing: 1] && slides[1].captures == [.stored: 1])
        #expect(slides[0].counts.map(\.species) == ["iva", "galanthus", "unidentified"])
        #expect(slides[0].counts.map(\.grains) == [2, 1, 1] && slides[0].counts.map(\.onBorder) == [1, 0, 0])
        #expect(slides[0].counts[0].byStatus == [.machine: 1, .doubtful: 1])
        #expect(slides[1].counts.isEmpty && slides[1].run == nil)
        #expect(slides[0].slide.sampledVolumeCubicMetres == nil)

        let capture = try await store.capture(3)
        #expect(capture.lens == LensIdentity(name: "iva-galanthus", sha256: String(repeating: "ab", count: 32)))
        #expect(capture.engineVersion == "0.1" && capture.settings == ["threshold": 0.5])
        #expect(capture.stageSeconds == ["lens": 1.5] && capture.controls == ["gain": 3] && capture.origin == "a.png")
        #expect(capture.scale == FieldScale(nmPerPixel: 180, origin: "test") && capture.stagePosition == nil)
        #expect(capture.finishedAt == Date(timeIntervalSince1970: 1_767_330_009))
        #expect(try await store.capture(4).failure?.hint == "give one")
        #expect(try await store.capture(5).lens?.name == "other")
        #expect(try await store.pendingCaptures().map(\.id) == [6, 7])
        #expect(try await store.pendingCaptures().map(\.attempts) == [1, 0])
        #expect(try await store.pictures(ofCapture: 3).map(\.kind) == ["input", "map"])
        #expect(try await store.picture(ofCapture: 3, kind: "map").png == [0])

        let grains = try await store.grains(ofCapture: 3)
        #expect(grains.map(\.id) == [10, 11, 12] && grains.map(\.number) == [1, 2, 3])
        #expect(grains.allSatisfy { $0.origin == .lens && $0.grain.ellipse == nil && $0.grain.rejection == nil })
        #expect(grains[0].grain.outlinePixels == [Grain.Point(x: 90, y: 50), Grain.Point(x: 100.5, y: 40)])
        #expect(grains[0].grain.circularity == nil && grains[0].grain.focus == nil)

        let runs = try await store.runs(ofSlide: 1)
        #expect(runs.map(\.number) == [1] && runs[0].isInForce && runs[0].isMixed)
        #expect(runs[0].done == 2 && runs[0].missing == 1 && runs[0].agent == Agent(userID: 998, processID: 88))
        #expect(try await store.runs(ofSlide: 2).isEmpty)
        #expect(try await store.events().map(\.what) == ["capture done", "slide created"])
    }

    @Test func workGoesOn() async throws {
        let folder = try Folder()
        try Version1File.write(to: folder.database)
        let store = try SlideStore(at: folder.database)
        try await store.finish(6, with: sampleResults())
        try await store.finish(7, with: sampleResults())
        try await store.review([12], .relabel(species: "iva"), by: botanist)
        #expect(try await store.counted(1) == ["iva": 5, "galanthus": 2])
        #expect(try await store.counted(2) == ["iva": 2, "galanthus": 1])
        #expect(try await store.rebuildStandings() == 0)
    }

    @Test func theFileIsSound() async throws {
        let folder = try Folder()
        try Version1File.write(to: folder.database)
        try SlideStore(at: folder.database).close()
        let fresh = try Folder()
        try SlideStore(at: fresh.database).close()
        func schema(_ path: String) async throws -> [String] {
            try await DatabaseQueue(path: path).read { db in
                #expect(try String.fetchAll(db, sql: "PRAGMA integrity_check") == ["ok"])
                #expect(try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").isEmpty)
                #expect(try Int.fetchOne(db, sql: "PRAGMA user_version") == 24)
                return try String.fetchAll(db, sql: "SELECT COALESCE(sql, name) FROM sqlite_schema ORDER BY name")
            }
        }
        let migrated = try await schema(folder.database)
        #expect(migrated.count > 30)
        #expect(try await schema(fresh.database) == migrated)
    }
}
