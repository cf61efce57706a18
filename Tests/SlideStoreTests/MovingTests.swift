import Foundation
import GRDB
import SlideStore
import Testing

/// Pictures that earlier versions kept in the catalogue.
@Suite struct MovingTests {
    /// A catalogue as version 11 left it: its pictures within.
    static func old(_ folder: Folder, slides: Int = 3, fields: Int = 4, bytes: Int = 200_000) async throws {
        let store = try SlideStore(at: folder.database)
        for slide in 1...slides {
            let id = try await store.createSlide(name: "s\(slide)", note: "", by: visitor).id
            for field in 1...fields {
                let capture = try await store.storeInput(
                    sampleInput(png: noise(bytes, seed: UInt64(100 * slide + field))), slide: id, by: visitor)
                try await store.finish(capture.id, with: sampleResults(pictureBytes: bytes))
            }
        }
        try store.close()
        let database = try DatabaseQueue(path: folder.database)
        for slide in 1...slides {
            let path = folder.url.path + "/slides-pictures/\(slide).sqlite"
            try await database.writeWithoutTransaction { db in
                try db.execute(sql: "ATTACH ? AS old", arguments: [path])
                try db.execute(
                    sql: """
                        INSERT INTO picture_bytes SELECT p.id, b.bytes FROM main.pictures AS p
                        JOIN captures AS c ON c.id = p.capture_id JOIN old.pictures AS b ON b.sha256 = p.sha256
                        WHERE c.slide_id = \(slide);
                        """)
                try db.execute(sql: "DETACH old")
            }
        }
        try await database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA auto_vacuum = NONE; VACUUM") }
        try database.close()
        try FileManager.default.removeItem(atPath: folder.url.path + "/slides-pictures")
    }

    private func size(_ path: String) -> Int {
        ((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? NSNumber)?.intValue ?? 0
    }

    private func isWhole(_ store: SlideStore) async throws {
        for slide in 1...3 {
            for capture in try await store.captures(ofSlide: Int64(slide)) {
                for kind in ["input", "map", "magnified", "labelled"] {
                    #expect(try await store.picture(ofCapture: capture.id, kind: kind).png.count == 200_000)
                }
            }
        }
        let report = try store.check(repair: false) { _, _ in true }
        #expect(report.faults.isEmpty && report.pictures == 48, "\(report.faults)")
    }

    @Test func theyMoveAndGiveTheirRoomBack() async throws {
        let folder = try Folder()
        try await Self.old(folder)
        let before = size(folder.database)
        #expect(before > 9_000_000)
        let store = try SlideStore(at: folder.database)
        // Readable before, while, and after.
        try await isWhole(store)
        #expect(try store.pendingMove()?.left == 48)
        var told: [Int] = []
        let end = try store.movePictures {
            told.append($0.left)
            return true
        }
        #expect(end?.left == 0 && end?.damaged.isEmpty == true)
        #expect(told.first == 48 && told == told.sorted(by: >) && told.last == 0)
        #expect(try store.pendingMove() == nil)
        try await isWhole(store)
        _ = try await store.storeInput(sampleInput(), slide: 1, by: visitor)
        try store.close()
        #expect(size(folder.database) < 1_900_000)
        #expect(try SlideStore(at: folder.database).pendingMove() == nil)
    }

    @Test func aMoveThatIsStoppedGoesOn() async throws {
        let folder = try Folder()
        try await Self.old(folder)
        let store = try SlideStore(at: folder.database)
        var steps = 0
        #expect(throws: CancellationError.self) {
            try store.movePictures { _ in
                steps += 1
                return steps < 2
            }
        }
        let left = try store.pendingMove()!.left
        #expect(left < 48 && left > 0)
        try await isWhole(store)
        try store.close()
        let again = try SlideStore(at: folder.database)
        #expect(try again.movePictures { _ in true }?.left == 0)
        try await isWhole(again)
    }

    @Test(arguments: [0, 3, 10, 25, 60]) func aKillLosesNothing(milliseconds: Int) async throws {
        let folder = try Folder()
        try await Self.old(folder)
        let path = folder.database
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String, milliseconds = milliseconds as Int] in
            let store = try SlideStore(at: path)
            Thread { _ = try? store.movePictures { _ in true } }.start()
            try await Task.sleep(for: .milliseconds(milliseconds))
            kill(getpid(), SIGKILL)
        }
        let store = try SlideStore(at: path)
        try await isWhole(store)
        _ = try store.movePictures { _ in true }
        try await isWhole(store)
    }

    @Test func whatIsDamagedStaysAndIsTold() async throws {
        let folder = try Folder()
        try await Self.old(folder)
        let database = try DatabaseQueue(path: folder.database)
        try await database.write { try $0.execute(sql: "UPDATE picture_bytes SET png = X'0102' WHERE picture_id = 7") }
        try database.close()
        let store = try SlideStore(at: folder.database)
        let end = try store.movePictures { _ in true }
        #expect(end?.left == 1 && end?.damaged == ["picture \"magnified\" of capture 2"])
        #expect(await refusal { try await store.picture(ofCapture: 2, kind: "magnified") }?.code == .damaged)
        #expect(try await store.picture(ofCapture: 2, kind: "input").png.count == 200_000)
    }

    @Test func aVersion1FileMoves() async throws {
        let folder = try Folder()
        try Version1File.write(to: folder.database)
        let store = try SlideStore(at: folder.database)
        #expect(try store.movePictures { _ in true }?.left == 0)
        #expect(try await store.picture(ofCapture: 3, kind: "map").png == [0])
        #expect(try store.check(repair: false) { _, _ in true }.faults.isEmpty)
    }
}
