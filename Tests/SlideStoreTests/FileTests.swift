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
            #expect(try Int.fetchOne(db, sql: "PRAGMA user_version") == 24)
            let tables = try Row.fetchAll(db, sql: "PRAGMA table_list").filter { row in
                let name: String = row["name"]
                return row["type"] == "table" && !name.hasPrefix("sqlite_") && !name.hasPrefix("grdb_")
            }
            #expect(tables.count == 54)
            #expect(tables.allSatisfy { $0["strict"] == 1 })
            #expect(
                try String.fetchOne(db, sql: "SELECT captured_at FROM captures") == "2026-11-22T19:40:00.125Z")
            #expect(try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM counted_grains WHERE species = 'iva'") == 2)
            // (90.25, 50), (100.25, 40.25), (110.25, 50): differences 9025, 5000, 1000, -975, 1000, 975 as varints.
            #expect(
                try String.fetchOne(db, sql: "SELECT hex(outline) FROM grains LIMIT 1")
                    == "0103828D01904ED00F9D0FD00F9E0F")
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
            ("events", "user_id"), ("grains", "confidence"), ("species", "name"), ("reviews", "user_id"),
            ("review_grains", "review_id"),
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
        #expect(error?.message.contains("format 1000") == true)
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

    /// Only where there is no file a new one is made; what is left of another one is not made new.
    @Test func whatIsLeftOfADatabaseIsNotMadeNew() async throws {
        func isRefused(_ folder: Folder, _ words: String...) {
            let before = FileManager.default.contents(atPath: folder.database)
            let error = refusal(of: folder)
            #expect(error?.code == .incomplete)
            // Once more: the first look left nothing behind.
            #expect(refusal(of: folder) == error)
            #expect((try? FileManager.default.contentsOfDirectory(atPath: folder.url.path)) == ["slides.sqlite"])
            for word in words { #expect(error?.message.contains(word) == true, "\(error?.message ?? "")") }
            #expect(FileManager.default.contents(atPath: folder.database) == before)
        }
        let empty = try Folder()
        try Data().write(to: URL(fileURLWithPath: empty.database))
        isRefused(empty, "is empty")

        // As an earlier version wrote them, and the log is gone: a mark and no tables.
        let bare = try Folder()
        let database = try plain(bare)
        try await database.writeWithoutTransaction {
            try $0.execute(
                sql: "PRAGMA page_size = 16384; PRAGMA application_id = 0x4e4c736c; PRAGMA journal_mode = wal")
        }
        try database.close()
        isRefused(bare, "none of the tables")

        // The file without the log that is in use with it, at whatever moment it is copied.
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        for field in 0..<4 {
            if field == 0 { _ = try await store.createSlide(name: "Meadow", note: "", by: visitor) }
            let id = try await store.storeInput(
                sampleInput(png: noise(9_000_000, seed: UInt64(field))), slide: 1, by: visitor
            ).id
            let copy = try Folder()
            try FileManager.default.copyItem(atPath: folder.database, toPath: copy.database)
            isRefused(copy, "without its log")
            try FileManager.default.copyItem(atPath: folder.database + "-wal", toPath: copy.database + "-wal")
            #expect(try await SlideStore(at: copy.database).capture(id).state == .stored)
        }
        // Both or none: a log by itself is the rest of something.
        let log = try Folder()
        try FileManager.default.copyItem(atPath: folder.database + "-wal", toPath: log.database + "-wal")
        let error = refusal(of: log)
        #expect(error?.code == .incomplete && error?.message.contains("belongs to it") == true)
        #expect(!FileManager.default.fileExists(atPath: log.database))

        // At an orderly end the file is complete by itself, whoever has read meanwhile, and cut short it is told.
        #expect(try await store.captures(ofSlide: 1).count == 4)
        try store.close()
        #expect(!FileManager.default.fileExists(atPath: folder.database + "-wal"))
        let whole = try Folder()
        try FileManager.default.copyItem(atPath: folder.database, toPath: whole.database)
        #expect(try await SlideStore(at: whole.database).captures(ofSlide: 1).count == 4)
        let short = try Folder()
        let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.database))
        try bytes.dropLast(20_000).write(to: URL(fileURLWithPath: short.database))
        isRefused(short, "cut short", "\(bytes.count)")
    }

    /// After a crash another program may open the file and bring its log in: then nothing is missing.
    @Test func aLogThatAnotherProgramBroughtInIsNotMissed() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [[sampleGrain("iva")]])
        // As a killed daemon leaves them.
        let killed = try Folder()
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: folder.database + suffix, toPath: killed.database + suffix)
        }
        let database = try plain(killed)
        #expect(try await database.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM grains") } == 1)
        try database.close()
        #expect(!FileManager.default.fileExists(atPath: killed.database + "-wal"))
        #expect(try await SlideStore(at: killed.database).counted(slide) == ["iva": 1])
    }

    @Test func onlyItsOwnerReadsTheFile() throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        for suffix in ["", "-wal"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.database + suffix)
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        }
        #expect(!FileManager.default.fileExists(atPath: folder.database + ".new"))
        try store.close()
    }

    @Test func aSwappedPictureIsNoticed() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.createSlide(name: "Meadow", note: "", by: visitor)
        let id = try await store.storeInput(sampleInput(), slide: slide.id, by: visitor).id
        let pictures = try DatabaseQueue(path: folder.url.path + "/slides-pictures/1.sqlite")
        try await pictures.write { try $0.execute(sql: "UPDATE pictures SET bytes = X'00'") }
        let error = await #expect(throws: StoreError.self) { try await store.picture(ofCapture: id, kind: "input") }
        #expect(error?.code == .damaged)
    }

    @Test func aFullDiskLosesNothing() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database, maximumBytes: 1_900_000)
        let slide = try await store.createSlide(name: "Meadow", note: "", by: visitor)
        let id = try await store.storeInput(sampleInput(png: noise(100_000)), slide: slide.id, by: visitor).id
        try await store.beginAnalysis(id)
        let results = sampleResults(pictureBytes: 700_000)
        let error = await #expect(throws: StoreError.self) { try await store.finish(id, with: results) }
        #expect(error?.code == .diskFull)
        #expect(error?.hint.contains("space") == true)
        #expect(try await store.capture(id).state == .analysing)
        #expect(try await store.pictures(ofCapture: id).count == 1)
        let second = await #expect(throws: StoreError.self) {
            try await store.storeInput(sampleInput(png: noise(1_900_000)), slide: slide.id, by: visitor)
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
