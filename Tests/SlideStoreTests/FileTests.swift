import Foundation
import GRDB
import SlideStore
import Testing

/// The file itself: what another program finds in it, and what happens to files that are not ours.
@Suite struct FileTests {
    private func refusal(of folder: Folder) -> StoreError? {
        #expect(throws: StoreError.self) { _ = try SlideStore(at: folder.database) }
    }

    /// Opens the file as any program would, without this project's code.
    private func plain(_ folder: Folder) throws -> DatabaseQueue { try DatabaseQueue(path: folder.database) }

    @Test func anotherProgramReadsTheFile() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.createSlide(name: "Meadow", note: "", by: visitor)
        let id = try await store.storeInput(sampleInput(), slide: slide.id, by: visitor).id
        try await store.finish(id, with: sampleResults())
        try store.close()

        let database = try plain(folder)
        try await database.read { db in
            #expect(try String.fetchAll(db, sql: "PRAGMA integrity_check") == ["ok"])
            #expect(try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").isEmpty)
            #expect(try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal")
            #expect(try Int.fetchOne(db, sql: "PRAGMA application_id") == 0x4e4c_736c)
            #expect(try Int.fetchOne(db, sql: "PRAGMA user_version") == 5)
            let tables = try Row.fetchAll(db, sql: "PRAGMA table_list").filter { row in
                let name: String = row["name"]
                return row["type"] == "table" && !name.hasPrefix("sqlite_") && !name.hasPrefix("grdb_")
            }
            #expect(tables.count == 19)
            #expect(tables.allSatisfy { $0["strict"] == 1 })
            #expect(
                try String.fetchOne(db, sql: "SELECT captured_at FROM captures") == "2026-11-22T19:40:00.125Z")
            #expect(try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM grains WHERE species = 'iva'") == 2)
            #expect(
                try Double.fetchOne(db, sql: "SELECT json_extract(outline_px, '$[1][1]') FROM grains LIMIT 1") == 40.25)
        }
    }

    @Test func whatWasFoundAndSaidCannotBeRewritten() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [[sampleGrain("iva")]])
        let grain = try #require(try await store.grains(ofCapture: 1).first)
        try await store.review([grain.id], .relabel(species: "galanthus"), by: visitor)
        try await store.addCalibration(
            objective: "20x", method: .pitch(pixelPitchMicrometres: 3.6, magnification: 20), camera: "", by: visitor)
        try await store.useObjective("20x", by: visitor)
        #expect(try await store.summary(ofSlide: slide).totalGrains == 1)
        let database = try plain(folder)
        for (table, column) in [
            ("events", "user_id"), ("grains", "confidence"), ("reviews", "user_id"), ("review_grains", "review_id"),
            ("runs", "number"), ("analyses", "run_id"), ("calibrations", "user_id"), ("objectives_in_use", "user_id"),
        ] {
            #expect(try await database.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM \(table)") } ?? 0 > 0)
            for sql in ["UPDATE \(table) SET \(column) = 0", "DELETE FROM \(table)"] {
                let error = #expect(throws: DatabaseError.self) { try database.write { try $0.execute(sql: sql) } }
                #expect(error?.resultCode == .SQLITE_CONSTRAINT)
                #expect(error?.message?.contains("grows") == true || error?.message?.contains("never") == true)
            }
        }
    }

    @Test func aFileThatIsNoDatabaseIsLeftAlone() throws {
        for bytes in [Array("grains,species\n1,iva\n".utf8), noise(20_000), Array("SQLite format 3\0".utf8)] {
            let folder = try Folder()
            try Data(bytes).write(to: URL(fileURLWithPath: folder.database))
            let error = refusal(of: folder)
            #expect(error?.code == .notADatabase)
            #expect(error?.message.contains(folder.database) == true)
            #expect(FileManager.default.contents(atPath: folder.database) == Data(bytes))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["slides.sqlite"])
        }
    }

    @Test func aDatabaseOfAnotherProgramIsLeftAlone() throws {
        let folder = try Folder()
        let database = try plain(folder)
        try database.write { try $0.execute(sql: "CREATE TABLE tracks (id INTEGER)") }
        try database.close()
        let before = FileManager.default.contents(atPath: folder.database)
        #expect(refusal(of: folder)?.code == .foreignDatabase)
        #expect(FileManager.default.contents(atPath: folder.database) == before)
    }

    @Test func aDatabaseOfALaterVersionIsLeftAlone() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        _ = try await store.createSlide(name: "Meadow", note: "", by: visitor)
        try store.close()
        let database = try plain(folder)
        try await database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 1000") }
        try database.close()
        let before = FileManager.default.contents(atPath: folder.database)
        let error = refusal(of: folder)
        #expect(error?.code == .newerVersion)
        #expect(error?.message.contains("format 7") == true)
        #expect(FileManager.default.contents(atPath: folder.database) == before)
    }

    @Test func aDamagedFileIsReported() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        _ = try await store.createSlide(name: "Meadow", note: "", by: visitor)
        try store.close()
        var bytes = [UInt8](try #require(FileManager.default.contents(atPath: folder.database)))
        for index in 100..<4096 { bytes[index] = 0xa5 }
        try Data(bytes).write(to: URL(fileURLWithPath: folder.database))
        #expect(refusal(of: folder)?.code == .damaged)
    }

    @Test func folderTroubleIsReported() throws {
        let folder = try Folder()
        try FileManager.default.createDirectory(atPath: folder.database, withIntermediateDirectories: false)
        #expect(refusal(of: folder)?.code == .notAccessible)
        let nowhere = folder.url.appendingPathComponent("missing/slides.sqlite").path
        let error = #expect(throws: StoreError.self) { _ = try SlideStore(at: nowhere) }
        #expect(error?.code == .notAccessible)
    }

    @Test func anEmptyFileBecomesADatabase() async throws {
        let folder = try Folder()
        try Data().write(to: URL(fileURLWithPath: folder.database))
        #expect(try await SlideStore(at: folder.database).slides().isEmpty)
    }

    @Test func aSwappedPictureIsNoticed() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.createSlide(name: "Meadow", note: "", by: visitor)
        let id = try await store.storeInput(sampleInput(), slide: slide.id, by: visitor).id
        try await plain(folder).write { try $0.execute(sql: "UPDATE picture_bytes SET png = X'00'") }
        let error = await #expect(throws: StoreError.self) { try await store.picture(ofCapture: id, kind: "input") }
        #expect(error?.code == .damaged)
    }

    @Test func aFullDiskLosesNothing() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database, maximumBytes: 1_250_000)
        let slide = try await store.createSlide(name: "Meadow", note: "", by: visitor)
        let id = try await store.storeInput(sampleInput(png: noise(100_000)), slide: slide.id, by: visitor).id
        try await store.beginAnalysis(id)
        let results = sampleResults(pictureBytes: 400_000)
        let error = await #expect(throws: StoreError.self) { try await store.finish(id, with: results) }
        #expect(error?.code == .diskFull)
        #expect(error?.hint.contains("space") == true)
        #expect(try await store.capture(id).state == .analysing)
        #expect(try await store.pictures(ofCapture: id).count == 1)
        let second = await #expect(throws: StoreError.self) {
            try await store.storeInput(sampleInput(png: noise(900_000)), slide: slide.id, by: visitor)
        }
        #expect(second?.code == .diskFull)
        #expect(try await store.captures(ofSlide: slide.id).count == 1)
        try store.close()

        let roomy = try SlideStore(at: folder.database)
        #expect(try await roomy.pendingCaptures().map(\.id) == [id])
        try await roomy.finish(id, with: results)
        #expect(try await roomy.summary(ofSlide: slide.id).totalGrains == 3)
    }
}
