import Foundation
import GRDB
import SlideStore
import Testing

/// A database that is no longer at its place while it is in use.
@Suite struct LostFileTests {
    private struct Case: Sendable {
        let name: String
        let words: String
        let spoil: @Sendable (String) throws -> Void
    }

    private static let cases = [
        Case(name: "deleted", words: "is gone") { path in
            for suffix in ["", "-wal", "-shm"] { try FileManager.default.removeItem(atPath: path + suffix) }
        },
        Case(name: "moved", words: "is gone") { path in
            try FileManager.default.moveItem(atPath: path, toPath: path + ".old")
        },
        Case(name: "replaced", words: "another file") { path in
            try FileManager.default.copyItem(atPath: path, toPath: path + ".copy")
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.moveItem(atPath: path + ".copy", toPath: path)
        },
        Case(name: "without its log", words: "log") { path in
            try FileManager.default.removeItem(atPath: path + "-wal")
        },
    ]

    @Test(arguments: 0..<4) func itIsNoticedAtOnceAndSavedByABackup(_ number: Int) async throws {
        let lost = Self.cases[number]
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [[sampleGrain("iva")]])
        #expect(store.fault == nil)
        try lost.spoil(folder.database)

        #expect(store.fault?.code == .lost && store.fault?.message.contains(lost.words) == true, "\(lost.name)")
        #expect(store.fault?.hint.contains("neurallens backup") == true)
        let write = await refusal { try await store.storeInput(sampleInput(), slide: slide, by: visitor) }
        let read = await refusal { try await store.captures(ofSlide: slide) }
        #expect(write?.code == .lost && read?.code == .lost, "\(lost.name)")

        // Everything that was stored is in what is still open.
        let snapshot = try await store.snapshot()
        let saved = try Folder()
        let bytes = try (0..<snapshot.blocks).flatMap { try snapshot.block($0) }
        #expect(bytes.count == Int(snapshot.bytes))
        try Data(bytes).write(to: URL(fileURLWithPath: saved.database))
        #expect(try await SlideStore(at: saved.database).counted(slide) == ["iva": 1])
    }

    @Test func readOnlyIsNoticedAndPasses() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.createSlide(name: "Meadow", note: "", by: visitor).id
        try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: folder.database)
        #expect(store.fault?.code == .notAccessible && store.fault?.message.contains("read-only") == true)
        let error = await refusal { try await store.storeInput(sampleInput(), slide: slide, by: visitor) }
        #expect(error?.code == .notAccessible)
        #expect(try await store.captures(ofSlide: slide).isEmpty)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.database)
        #expect(store.fault == nil)
        #expect(try await store.storeInput(sampleInput(), slide: slide, by: visitor).id == 1)
        try store.close()
        #expect(store.fault == nil)
    }
}
