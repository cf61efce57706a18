import Foundation
import GRDB
import SlideStore
import Testing

/// A look at everything finds what is wrong, repairs what follows from the rest, and tells the rest.
@Suite struct CheckTests {
    private func change(_ folder: Folder, in file: String = "slides.sqlite", _ sql: String) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let database = try DatabaseQueue(
            path: folder.url.appendingPathComponent(file).path, configuration: configuration)
        try database.write { try $0.execute(sql: sql) }
        try database.close()
    }

    @Test func everythingIsLookedAt() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        _ = try await store.slide(withFields: [[sampleGrain("iva")], [sampleGrain("iva")]])
        var told: [Double] = []
        let sound = try store.check(repair: false) { _, fraction in
            told.append(fraction)
            return true
        }
        #expect(sound.faults.isEmpty && sound.captures == 2 && sound.slides == 1)
        // Two inputs of 1 byte and six pictures of 10.
        #expect(sound.pictures == 8 && sound.pictureBytes == 62)
        #expect(told == told.sorted() && told.last == 1)

        // Both fields are of the same bytes, which lie in the slide's file once.
        try change(folder, in: "slides-pictures/1.sqlite", "UPDATE pictures SET bytes = X'00' WHERE id = 1")
        try change(folder, in: "slides-pictures/1.sqlite", "DELETE FROM pictures WHERE id = 3")
        try change(
            folder,
            "INSERT INTO species (name) VALUES ('x'); UPDATE standings SET species_id = last_insert_rowid() WHERE grain_id = 2"
        )
        try change(folder, "INSERT INTO capture_doubts (capture_id, key, sentence) VALUES (77, 'k', 's')")
        let broken = try store.check(repair: false) { _, _ in true }
        #expect(broken.faults.count == 6, "\(broken.faults)")
        for words in [
            "\"input\" of capture 1 is not what was stored", "of capture 1 has no bytes",
            "of capture_doubts refers to a row of captures", "1 grains do not stand as findings and reviews say",
        ] { #expect(broken.faults.contains { $0.contains(words) }, "\(words)") }

        let repaired = try store.check(repair: true) { _, _ in true }
        #expect(repaired.repairs == ["the standings of 1 grains were made anew"])
        #expect(repaired.faults.count == 5)
        #expect(try await store.counted(1) == ["iva": 2])
        #expect(throws: CancellationError.self) { try store.check(repair: false) { _, _ in false } }
    }

    @Test func aSpoiledOutlineIsToldAndCountsGoOn() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [[sampleGrain("iva"), sampleGrain("iva")]])
        try change(
            folder, "DROP TRIGGER grains_are_never_changed; UPDATE grains SET outline = X'010382' WHERE id = 2")
        let report = try store.check(repair: false) { _, _ in true }
        #expect(
            report.faults.count == 1 && report.faults[0].hasPrefix("the outline of grain 2 is not as it was stored"))
        #expect(await refusal { try await store.grains(ofCapture: 1) }?.code == .damaged)
        #expect(try await store.grain(1).grain == sampleGrain("iva"))
        #expect(try await store.counted(slide) == ["iva": 2])
    }

    @Test func aCopyIsLookedAtWithoutADaemon() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        _ = try await store.slide(withFields: [[sampleGrain("iva")]])
        let copy = try Folder()
        try FileManager.default.copyItem(atPath: folder.database, toPath: copy.database)
        let before = FileManager.default.contents(atPath: copy.database)
        let error = #expect(throws: StoreError.self) {
            try SlideStore.check(file: copy.database, repair: false) { _, _ in true }
        }
        #expect(error?.code == .incomplete)
        #expect(FileManager.default.contents(atPath: copy.database) == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: copy.url.path) == ["slides.sqlite"])
        // Who has nothing better may use it.
        let report = try SlideStore.check(file: copy.database, repair: true) { _, _ in true }
        #expect(report.faults.isEmpty && report.repairs.count == 1)
        #expect(try await SlideStore(at: copy.database).slides().count <= 1)
        for path in [copy.url.path + "/nothing", "/etc/hostname"] {
            #expect(throws: StoreError.self) { try SlideStore.check(file: path, repair: true) { _, _ in true } }
        }
    }
}
