import Foundation
import GRDB
import SlideStore
import Testing

/// Slides that leave: to the archive and back, or for good.
@Suite struct LeavingTests {
    /// Two slides of two captures each, with all that may belong to one.
    private func filled(_ folder: Folder) async throws -> SlideStore {
        let store = try SlideStore(at: folder.database)
        for (number, name) in ["Meadow", "Roof"].enumerated() {
            let slide = try await store.createSlide(name: name, note: "", by: visitor).id
            for field in 0..<2 {
                let id = try await store.storeInput(
                    sampleInput(png: noise(200_000, seed: UInt64(10 * number + field + 1))), slide: slide, by: visitor
                ).id
                try await store.finish(id, with: sampleResults(pictureBytes: 150_000))
            }
            let captures = try await store.captures(ofSlide: slide).map(\.id)
            let grains = try await store.all(captures[0]).map(\.id)
            try await store.review([grains[0]], .reject(reason: "spore"), by: botanist)
            try await store.setPlacements(
                captures.map {
                    Placement(
                        capture: $0,
                        outcome: .placed(
                            SlidePosition(xMicrometres: 0, yMicrometres: 0), origin: .registered, group: 1,
                            confidence: 1))
                }, ofSlide: slide)
        }
        return store
    }

    private func local(_ folder: Folder, _ slide: Int64) -> String {
        folder.url.path + "/slides-pictures/\(slide).sqlite"
    }

    private func archive(_ folder: Folder) throws -> String {
        let path = folder.url.path + "/archive"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    /// The file of a slide in an archive folder.
    private func archived(_ archive: String, _ slide: Int64) throws -> String {
        let store = try #require(try FileManager.default.contentsOfDirectory(atPath: archive).first)
        return "\(archive)/\(store)/\(slide).sqlite"
    }

    private func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    @Test func toTheArchiveAndBack() async throws {
        let folder = try Folder(), store = try await filled(folder), place = try archive(folder)
        let counts = try await store.counted(1)
        var told: [Double] = []
        let bytes = try store.archive(slide: 1, to: place, by: botanist) {
            told.append($0)
            return true
        }
        #expect(bytes > 800_000 && told == told.sorted() && told.last == 1)
        #expect(!isThere(local(folder, 1)) && isThere(local(folder, 2)))
        #expect(isThere(try archived(place, 1)))
        #expect(try await store.counted(1) == counts)
        #expect(try await store.slides().map(\.pictures) == [.archived, .here])
        let error = await refusal { try await store.picture(ofCapture: 1, kind: "input") }
        #expect(error?.code == .picturesAway && error?.hint.contains("restore it first") == true)
        #expect(
            await refusal { try await store.storeInput(sampleInput(), slide: 1, by: visitor) }?.code == .picturesAway)
        #expect(try await store.captures(ofSlide: 1).count == 2)
        // A review needs no pictures.
        try await store.review([try await store.all(1)[1].id], .accept, by: botanist)
        let report = try store.check(repair: false) { _, _ in true }
        // All pictures that are here, and the name and place of those that are not.
        let away = "the pictures of the slide \"Meadow\" are not here but in the archive, which backups leave out: "
        #expect(report.faults.isEmpty && report.pictures == 8, "\(report)")
        #expect(report.remarks == [away + (try archived(place, 1))])

        try store.restore(slide: 1, from: place, by: botanist) { _ in true }
        #expect(!isThere(try archived(place, 1)) && isThere(local(folder, 1)))
        #expect(try await store.picture(ofCapture: 1, kind: "input").png.count == 200_000)
        _ = try await store.storeInput(sampleInput(), slide: 1, by: visitor)
        #expect(try store.check(repair: false) { _, _ in true }.faults.isEmpty)
        #expect(try await store.events(limit: 4).map(\.what).contains("slide archived"))
        #expect(try await store.events(limit: 4).map(\.what).contains("slide restored"))
    }

    @Test func whatCannotLeaveStays() async throws {
        let folder = try Folder(), store = try await filled(folder), place = try archive(folder)
        func refused(_ archive: String?, _ slide: Int64 = 1) -> StoreError? {
            #expect(throws: StoreError.self) { try store.archive(slide: slide, to: archive, by: visitor) { _ in true } }
        }
        #expect(refused(nil)?.message.contains("names no archive folder") == true)
        #expect(refused(folder.url.path + "/nowhere")?.message.contains("is not there") == true)
        #expect(refused(place, 77)?.code == .noSuchSlide)
        let pending = try await store.storeInput(sampleInput(), slide: 1, by: visitor).id
        #expect(refused(place)?.message.contains("still waits for its lens") == true)
        #expect(throws: StoreError.self) { try store.delete(slide: 1, archive: nil, by: visitor) }
        try await store.finish(pending, with: sampleResults())
        let error = #expect(throws: StoreError.self) {
            try store.restore(slide: 1, from: place, by: visitor) { _ in true }
        }
        #expect(error?.code == .notArchived)
        // Stopped half-way, all is as it was.
        #expect(throws: CancellationError.self) { try store.archive(slide: 1, to: place, by: visitor) { $0 < 0.5 } }
        #expect(try await store.slides().map(\.pictures) == [.here, .here])
        #expect(try await store.picture(ofCapture: 1, kind: "input").png.count == 200_000)
        #expect(
            try FileManager.default.contentsOfDirectory(
                atPath: (archived(place, 1) as NSString).deletingLastPathComponent)
                == ["neurallensd.lock"])
    }

    /// The disk that slides are archived on.
    @Test func anArchiveThatIsNotItselfIsTold() async throws {
        let folder = try Folder(), store = try await filled(folder), place = try archive(folder)
        try store.archive(slide: 1, to: place, by: visitor) { _ in true }
        func refused() -> StoreError? {
            #expect(throws: StoreError.self) { try store.restore(slide: 1, from: place, by: visitor) { _ in true } }
        }
        // Unplugged: an empty folder where it was mounted.
        try FileManager.default.moveItem(atPath: place, toPath: place + ".away")
        #expect(refused()?.message.contains("is not there") == true)
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        #expect(refused()?.message.contains("has none of the slides") == true)
        let other = #expect(throws: StoreError.self) {
            try store.archive(slide: 2, to: place, by: visitor) { _ in true }
        }
        #expect(other?.hint.contains("plug in") == true && isThere(local(folder, 2)))
        #expect(throws: StoreError.self) { try store.delete(slide: 1, archive: place, by: visitor) }
        #expect(try await store.slides().count == 2)
        try FileManager.default.removeItem(atPath: place)
        try FileManager.default.moveItem(atPath: place + ".away", toPath: place)

        // Another daemon on a copy of the database.
        let lock = open((try archived(place, 1) as NSString).deletingLastPathComponent + "/neurallensd.lock", O_RDWR)
        #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)
        #expect(refused()?.message.contains("another neurallensd") == true)
        close(lock)

        // Changed, then gone.
        let path = try archived(place, 1)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        var spoiled = bytes
        spoiled[200_000] ^= 1
        try spoiled.write(to: URL(fileURLWithPath: path))
        #expect(refused()?.message.contains("is not the file that was archived") == true)
        try FileManager.default.removeItem(atPath: path)
        #expect(refused()?.message.contains("1.sqlite, which holds the archived pictures") == true)
        try bytes.write(to: URL(fileURLWithPath: path))
        try store.restore(slide: 1, from: place, by: visitor) { _ in true }
        #expect(try await store.picture(ofCapture: 2, kind: "map").png.count == 150_000)
    }

    @Test(arguments: [false, true]) func forGood(isArchived: Bool) async throws {
        let folder = try Folder(), store = try await filled(folder), place = try archive(folder)
        let roof = try await store.counted(2)
        if isArchived { try store.archive(slide: 2, to: place, by: visitor) { _ in true } }
        try store.delete(slide: 2, archive: place, by: botanist)
        #expect(!isThere(local(folder, 2)))
        if isArchived { #expect(try !isThere(archived(place, 2))) }
        #expect(try await store.slides().map(\.slide.name) == ["Meadow"])
        #expect(await refusal { try await store.capture(4) }?.code == .noSuchCapture)
        let gone = try await store.events(limit: 1)[0]
        #expect(gone.what == "slide deleted" && gone.slide == 2 && gone.agent.userID == botanist.userID)
        #expect(gone.detail["name"] == "Roof" && gone.detail["captures"] == "2")
        #expect(try store.check(repair: false) { _, _ in true }.faults.isEmpty)

        // The name may be used again; numbers are not.
        let again = try await store.createSlide(name: "Roof", note: "", by: visitor)
        #expect(again.id == 3)
        let id = try await store.addField([sampleGrain("iva")], to: again.id)
        #expect(id == 5)
        #expect(try await store.all(id)[0].id > 12)
        #expect(try await store.counted(1) == roof)
        try store.close()
        let database = try DatabaseQueue(path: folder.database)
        try await database.read { (db: Database) throws in
            #expect(try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").isEmpty)
            #expect(try String.fetchAll(db, sql: "PRAGMA integrity_check") == ["ok"])
            #expect(try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM slide_in_deletion") == 0)
            // No page is left behind by what went.
            #expect(try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 99 < 4)
        }
        // What stays is still protected.
        await #expect(throws: DatabaseError.self) {
            try await database.write { try $0.execute(sql: "DELETE FROM grains") }
        }
    }

    @Test func picturesThatAreOldEnoughGo() async throws {
        let folder = try Folder(), store = try await filled(folder)
        // The samples are of November 2026.
        #expect(try store.slidesToThin(olderThan: Date(timeIntervalSince1970: 1_790_000_000)).isEmpty)
        let old = try store.slidesToThin(olderThan: Date(timeIntervalSince1970: 1_796_000_000))
        #expect(old.map(\.name) == ["Meadow", "Roof"])
        let counts = try await store.counted(1)
        try store.removePictures(ofSlide: 1, keptFor: 400)
        #expect(!isThere(local(folder, 1)))
        #expect(try await store.counted(1) == counts)
        #expect(
            await refusal { try await store.picture(ofCapture: 1, kind: "input") }?.message.contains("old enough")
                == true)
        #expect(try store.check(repair: false) { _, _ in true }.faults.isEmpty)
        #expect(try store.slidesToThin(olderThan: Date(timeIntervalSince1970: 1_796_000_000)).map(\.name) == ["Roof"])
        try store.delete(slide: 1, archive: nil, by: visitor)
    }

    /// A kill between the catalogue's commit and the removal of the archived file.
    @Test func whatADeletionLeftInTheArchiveIsSweptAway() async throws {
        let folder = try Folder(), store = try await filled(folder), place = try archive(folder)
        for slide in [1, 2] as [Int64] { try store.archive(slide: slide, to: place, by: visitor) { _ in true } }
        let (gone, kept) = (try archived(place, 2), try archived(place, 1))
        let bytes = FileManager.default.contents(atPath: gone)
        try store.delete(slide: 2, archive: place, by: visitor)
        _ = FileManager.default.createFile(atPath: gone, contents: bytes)
        // The archive's disk is not there.
        try store.sweep(isStart: true, archive: folder.url.path + "/nowhere")
        #expect(isThere(gone))
        try store.sweep(isStart: true, archive: place)
        #expect(!isThere(gone) && isThere(kept))
        try store.restore(slide: 1, from: place, by: visitor) { _ in true }
    }

    /// Copies on their way, of slides that are whole elsewhere.
    @Test func unfinishedCopiesAreSweptAwayAtTheStart() async throws {
        let folder = try Folder(), store = try await filled(folder), place = try archive(folder)
        try store.archive(slide: 1, to: place, by: visitor) { _ in true }
        let (here, away) = (local(folder, 1), try archived(place, 1))
        let copies = ["\(here).restored", "\(here).restored.part", "\(away).part"]
        for copy in copies { _ = FileManager.default.createFile(atPath: copy, contents: Data(count: 100)) }
        try store.sweep(isStart: false, archive: place)
        #expect(copies.allSatisfy(isThere))
        try store.sweep(isStart: true, archive: place)
        #expect(!copies.contains(where: isThere) && isThere(away) && isThere(local(folder, 2)))
        try store.restore(slide: 1, from: place, by: visitor) { _ in true }
    }

    /// A file that came back with a backup, of a slide whose archived file is lost.
    @Test func theLastFileOfASlideIsNotSweptAway() async throws {
        let folder = try Folder(), store = try await filled(folder), place = try archive(folder)
        try store.archive(slide: 1, to: place, by: visitor) { _ in true }
        let (here, away) = (local(folder, 1), try archived(place, 1))
        let bytes = FileManager.default.contents(atPath: away)
        _ = FileManager.default.createFile(atPath: here, contents: bytes)
        try FileManager.default.removeItem(atPath: away)
        for archive in [nil, place] { try store.sweep(isStart: true, archive: archive) }
        #expect(isThere(here))
        _ = FileManager.default.createFile(atPath: away, contents: bytes)
        try store.sweep(isStart: true, archive: place)
        #expect(!isThere(here) && isThere(away))
    }

    /// Killed at any moment, a slide is here, or in the archive, or gone: whole, and nothing is left of it elsewhere.
    @Test(arguments: ["archive", "restore", "delete"], [0, 1, 2, 4, 7, 12, 20, 40])
    func aKillLosesNothing(what: String, milliseconds: Int) async throws {
        let folder = try Folder(), store = try await filled(folder), place = try archive(folder)
        if what == "restore" { try store.archive(slide: 2, to: place, by: visitor) { _ in true } }
        try store.close()
        let path = folder.database
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String, place = place as String, what = what as String, milliseconds = milliseconds as Int]
            in
            let store = try SlideStore(at: path)
            Thread {
                switch what {
                case "archive": _ = try? store.archive(slide: 2, to: place, by: visitor) { _ in true }
                case "restore": _ = try? store.restore(slide: 2, from: place, by: visitor) { _ in true }
                default: _ = try? store.delete(slide: 2, archive: place, by: visitor)
                }
            }.start()
            try await Task.sleep(for: .milliseconds(milliseconds))
            kill(getpid(), SIGKILL)
        }
        let again = try SlideStore(at: path)
        try again.sweep(isStart: true, archive: place)
        let report = try again.check(repair: false) { _, _ in true }
        #expect(report.faults.isEmpty, "\(report.faults)")
        let pictures = try await again.slides().first { $0.slide.id == 2 }?.pictures
        #expect(isThere(local(folder, 2)) == (pictures == .here), "\(String(describing: pictures))")
        switch pictures {
        case .here: break
        case .archived: try again.restore(slide: 2, from: place, by: visitor) { _ in true }
        default: #expect(what == "delete" && pictures == nil)
        }
        if pictures != nil {
            for capture in [3, 4] as [Int64] {
                for kind in ["input", "map", "magnified", "labelled"] {
                    #expect(try await again.picture(ofCapture: capture, kind: kind).png.count > 100_000)
                }
            }
        }
        #expect(try await again.picture(ofCapture: 1, kind: "input").png.count == 200_000)
    }
}
