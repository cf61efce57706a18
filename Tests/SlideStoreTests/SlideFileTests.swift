import Foundation
import GRDB
import SlideStore
import Testing

/// Pictures in files of their own, a slide each.
@Suite struct SlideFileTests {
    private func pictures(_ folder: Folder, _ slide: Int64) -> String {
        folder.url.appendingPathComponent("slides-pictures/\(slide).sqlite").path
    }

    private func rows(_ path: String, _ sql: String) throws -> Int {
        let database = try DatabaseQueue(path: path)
        defer { try? database.close() }
        return try database.read { try Int.fetchOne($0, sql: sql) } ?? -1
    }

    @Test func theCatalogueHasNoBytes() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.createSlide(name: "Meadow", note: "", by: visitor).id
        let id = try await store.storeInput(sampleInput(png: noise(300_000)), slide: slide, by: visitor).id
        try await store.finish(id, with: sampleResults(pictureBytes: 200_000))
        try store.close()
        #expect(try rows(folder.database, "SELECT COUNT(*) FROM picture_bytes") == 0)
        #expect(try rows(pictures(folder, slide), "SELECT COUNT(*) FROM pictures") == 4)
        for suffix in ["-wal", "-shm"] {
            #expect(!FileManager.default.fileExists(atPath: pictures(folder, slide) + suffix))
        }
        let attributes = try FileManager.default.attributesOfItem(atPath: pictures(folder, slide))
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        let outside = try FileManager.default.attributesOfItem(atPath: folder.url.path + "/slides-pictures")
        #expect((outside[.posixPermissions] as? NSNumber)?.intValue == 0o700)
        let size = try FileManager.default.attributesOfItem(atPath: folder.database)[.size] as? NSNumber
        #expect((size?.intValue ?? 0) < 1_900_000)

        let again = try SlideStore(at: folder.database)
        for kind in ["input", "map", "magnified", "labelled"] {
            _ = try await again.picture(ofCapture: id, kind: kind)
        }
        #expect(try again.check(repair: false) { _, _ in true }.faults.isEmpty)
    }

    /// What befalls a file is told with the file's name and what to do; counts and other slides do not care.
    @Test(arguments: [
        "gone", "cut short", "another slide", "not a database", "not what was stored", "another database",
    ])
    func aSpoiledFileIsTold(_ words: String) async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        for name in ["Meadow", "Roof"] {
            let slide = try await store.createSlide(name: name, note: "", by: visitor).id
            let id = try await store.storeInput(sampleInput(png: noise(100_000, seed: 4)), slide: slide, by: visitor).id
            try await store.finish(id, with: sampleResults(pictureBytes: 100_000))
        }
        try store.close()
        let (path, other) = (pictures(folder, 1), pictures(folder, 2))
        switch words {
        case "gone": try FileManager.default.removeItem(atPath: path)
        case "cut short":
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            try bytes.dropLast(40_000).write(to: URL(fileURLWithPath: path))
        case "another slide":
            try FileManager.default.moveItem(atPath: path, toPath: path + ".x")
            try FileManager.default.moveItem(atPath: other, toPath: path)
            try FileManager.default.moveItem(atPath: path + ".x", toPath: other)
        case "not a database": try Data("hello".utf8).write(to: URL(fileURLWithPath: path))
        case "another database":
            let stranger = try Folder()
            let foreign = try SlideStore(at: stranger.database)
            let slide = try await foreign.createSlide(name: "Elsewhere", note: "", by: visitor).id
            _ = try await foreign.storeInput(sampleInput(), slide: slide, by: visitor)
            try foreign.close()
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.copyItem(atPath: pictures(stranger, 1), toPath: path)
        default:
            let database = try DatabaseQueue(path: path)
            try await database.write { try $0.execute(sql: "UPDATE pictures SET bytes = X'00'") }
            try database.close()
        }
        let spoiled = try SlideStore(at: folder.database)
        #expect(try await spoiled.counted(1) == ["iva": 2, "galanthus": 1])
        #expect(try await spoiled.slides().count == 2)
        let error = await refusal { try await spoiled.picture(ofCapture: 1, kind: "input") }
        #expect(error?.message.contains(words) == true && error?.message.contains("1.sqlite") == true, "\(error!)")
        if words != "another slide" {
            #expect(try await spoiled.picture(ofCapture: 2, kind: "input").png.count == 100_000)
            _ = try await spoiled.storeInput(sampleInput(), slide: 2, by: visitor)
        }
        // Nothing is put into a file that is not the right one, and none is made in its place.
        if words != "not what was stored" {
            let write = await refusal { try await spoiled.storeInput(sampleInput(), slide: 1, by: visitor) }
            #expect(write?.message.contains("1.sqlite") == true)
            #expect(try await spoiled.captures(ofSlide: 1).count == 1)
        }
        let report = try spoiled.check(repair: true) { _, _ in true }
        #expect(report.faults.contains { $0.contains(words) }, "\(report.faults)")
        #expect(FileManager.default.fileExists(atPath: path) == (words != "gone"))
    }

    /// A file that is taken away and put back while it is in use is used again.
    @Test func aFileMayComeBack() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [[sampleGrain("iva")]])
        try store.close()
        let open = try SlideStore(at: folder.database)
        _ = try await open.picture(ofCapture: 1, kind: "input")
        let path = pictures(folder, slide)
        try FileManager.default.moveItem(atPath: path, toPath: path + ".away")
        #expect(await refusal { try await open.picture(ofCapture: 1, kind: "input") }?.code == .noSlideFile)
        try FileManager.default.moveItem(atPath: path + ".away", toPath: path)
        #expect(try await open.picture(ofCapture: 1, kind: "input").png == [1])
    }

    @Test func fewFilesAreOpenAtATime() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        for number in 1...40 {
            try await store.addField([], to: store.createSlide(name: "s\(number)", note: "", by: visitor).id)
        }
        for capture in 1...40 { _ = try await store.picture(ofCapture: Int64(capture), kind: "input") }
        let links = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
        }.filter { $0.contains(folder.url.lastPathComponent + "/slides-pictures") }
        #expect(links.count <= 6 * 5, "\(links.count)")
    }

    /// A kill after the picture and before its row: told, no fault, and removed by a repair.
    @Test func whatNothingRefersToIsExplained() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [[sampleGrain("iva")]])
        try store.close()
        let database = try DatabaseQueue(path: pictures(folder, slide))
        try await database.write {
            try $0.execute(
                sql: "INSERT INTO pictures (sha256, bytes) VALUES (?, zeroblob(400000))",
                arguments: [String(repeating: "0", count: 64)])
        }
        try database.close()
        func size() throws -> Int {
            (try FileManager.default.attributesOfItem(atPath: pictures(folder, slide))[.size] as? NSNumber)?.intValue
                ?? 0
        }
        let before = try size()
        let again = try SlideStore(at: folder.database)
        let report = try again.check(repair: false) { _, _ in true }
        #expect(
            report.faults.isEmpty && report.remarks.count == 1 && report.remarks[0].contains("belong to no capture"))
        let repaired = try again.check(repair: true) { _, _ in true }
        #expect(repaired.repairs.count == 1 && repaired.remarks.isEmpty && repaired.faults.isEmpty)
        #expect(try await again.picture(ofCapture: 1, kind: "map").png.count == 10)
        try again.close()
        #expect(try size() < before - 300_000)
    }
}
