import Foundation
import GRDB
import Grains
import SlideStore
import Synchronization
import Testing

/// Files of format 14, which held outlines as JSON and species as text.
@Suite struct PackingTests {
    /// What a file says of grains, read without this project's code.
    struct Content: Equatable {
        /// By grain: run, capture, species as found and in force, status, reason.
        var grains: [Int64: [String?]] = [:]
        /// Bits of the coordinates by grain.
        var outlines: [Int64: [UInt64]] = [:]
        /// By review.
        var relabelled: [Int64: String?] = [:]
        var views: [[DatabaseValue]] = []
    }

    private static func bits(_ json: String) -> [UInt64]? {
        let corners = try? JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[Double]]
        return corners?.filter { $0.count == 2 }.flatMap { $0.map(\.bitPattern) }
    }

    private func read<Value>(_ path: String, _ query: (Database) throws -> Value) throws -> Value {
        let database = try DatabaseQueue(path: path)
        defer { try? database.close() }
        return try database.read(query)
    }

    private func views(_ path: String) throws -> [[DatabaseValue]] {
        try read(path) { db in
            try [
                "SELECT * FROM counted_grains ORDER BY grain_id", "SELECT * FROM slide_counts ORDER BY slide, species",
            ]
            .flatMap { try Row.fetchAll(db, sql: $0).map { Array($0.databaseValues) } }
        }
    }

    private func before(_ path: String) throws -> Content {
        var content = Content()
        try read(path) { db in
            for row in try Row.fetchAll(
                db,
                sql: """
                    SELECT g.*, t.run_id, t.capture_id, t.species AS in_force, t.status, t.reason
                    FROM grains AS g JOIN standings AS t ON t.grain_id = g.id
                    """)
            {
                let (run, capture): (Int64, Int64) = (row["run_id"], row["capture_id"])
                content.grains[row["id"]] = [
                    "\(run)", "\(capture)", row["species"], row["in_force"], row["status"], row["reason"],
                ]
                content.outlines[row["id"]] = Self.bits(row["outline_px"])
            }
            for row in try Row.fetchAll(db, sql: "SELECT id, species FROM reviews") {
                content.relabelled[row["id"]] = row["species"] as String?
            }
        }
        content.views = try views(path)
        return content
    }

    /// What the store answers.
    private func after(_ path: String) async throws -> Content {
        let store = try SlideStore(at: path)
        var content = Content()
        for run in [Int64(1), 2, 3] {
            for grain in try await store.grains(ofRun: run, limit: .max) {
                content.grains[grain.id] = [
                    "\(grain.run)", "\(grain.capture)", grain.grain.species, grain.standing.species,
                    grain.standing.status.rawValue, grain.standing.reason,
                ]
                content.outlines[grain.id] = grain.grain.outlinePixels.flatMap { [$0.x.bitPattern, $0.y.bitPattern] }
            }
            for review in try await store.reviews(ofRun: run) { content.relabelled[review.id] = review.species }
        }
        #expect(try await store.rebuildStandings() == 0)
        #expect(try store.check(repair: false) { _, _ in true }.faults.allSatisfy { !$0.contains("grain") })
        try store.close()
        content.views = try views(path)
        return content
    }

    private func size(_ path: String) throws -> Int64 {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.size] as? Int64)
    }

    @Test func everyAnswerIsWhatItWas() async throws {
        let folder = try Folder()
        // Nothing that the program wrote, and yet outlines.
        try Version14File.write(
            to: folder.database,
            outlines: [
                "[]", "[[-0.0,0.004],[0.0009765625,1e300]]", "[ [1, 2.50], [3, 4, 5], [-7.25, 8e0] ]",
                "[[12345678901234.56,1]]",
            ])
        let old = try before(folder.database)
        #expect(old.grains.count == 30 && old.views.count == 16 && old.relabelled.values.contains("galanthus"))
        let new = try await after(folder.database)
        #expect(new == old)
        #expect(old.outlines.count == 30)
    }

    @Test func anOutlineThatWasNoneIsKeptAndRefused() async throws {
        let folder = try Folder()
        try Version14File.write(to: folder.database, outlines: ["[\"x\"]"])
        let store = try SlideStore(at: folder.database)
        let error = await refusal { try await store.grain(27) }
        #expect(error?.code == .damaged && error?.message.contains("outline of grain 27") == true)
        #expect(try await store.grain(26).grain.outlinePixels.count > 3)
        let report = try store.check(repair: false) { _, _ in true }
        #expect(report.faults.contains { $0.contains("outline of grain 27") }, "\(report.faults)")
        #expect(
            try read(folder.database) {
                try String.fetchOne($0, sql: "SELECT CAST(outline AS TEXT) FROM grains WHERE id = 27")
            } == "[\"x\"]")
    }

    @Test func theRoomIsGivenBackAndProgressTold() async throws {
        let folder = try Folder()
        try Version14File.write(to: folder.database, copies: 10_000)
        let bytes = try size(folder.database)
        let told = Mutex<[Double]>([])
        let store = try SlideStore(at: folder.database) { share in told.withLock { $0.append(share) } }
        try store.close()
        #expect(try size(folder.database) < bytes * 2 / 3)
        told.withLock {
            #expect($0 == $0.sorted() && $0.last == 1)
        }
        // Once.
        _ = try SlideStore(at: folder.database) { _ in Issue.record("it is packed already") }
    }

    @Test func aDiskThatFillsInItsMidstLosesNothing() async throws {
        let folder = try Folder()
        try Version14File.write(to: folder.database, copies: 5000)
        let old = try before(folder.database)
        let bytes = try size(folder.database)
        var failures = 0
        for room in stride(from: Int64(0), to: 20_000_000, by: 300_000) {
            do {
                try SlideStore(at: folder.database, maximumBytes: bytes + room).close()
                break
            } catch {
                failures += 1
                #expect(error.code == .diskFull)
                #expect(
                    error.message == "\(folder.database) could not be brought to format 24: database or disk is full")
                #expect(error.hint.contains("make space on the disk; nothing was lost"))
                #expect(try read(folder.database) { try Int.fetchOne($0, sql: "PRAGMA user_version") } == 14)
                #expect(try before(folder.database) == old)
            }
        }
        #expect(failures > 3)
        #expect(try await after(folder.database) == old)
    }

    @Test(arguments: [5, 20, 40, 80, 160]) func aKillInItsMidstLosesNothing(milliseconds: Int) async throws {
        let folder = try Folder()
        try Version14File.write(to: folder.database, copies: 5000)
        let old = try before(folder.database)
        let path = folder.database
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String, milliseconds = milliseconds as Int] in
            Thread { _ = try? SlideStore(at: path) }.start()
            try await Task.sleep(for: .milliseconds(milliseconds))
            kill(getpid(), SIGKILL)
        }
        #expect(try await after(path) == old)
    }
}
