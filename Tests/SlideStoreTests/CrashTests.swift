import Foundation
import GRDB
import SlideStore
import Testing

/// A daemon killed at a bad moment.
@Suite struct CrashTests {
    @Test func aKillBetweenInputAndResultsLeavesAPendingCapture() async throws {
        let folder = try Folder()
        let path = folder.database
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let store = try SlideStore(at: path)
            let slide = try await store.createSlide(name: "Meadow", note: "", by: .current)
            _ = try await store.storeInput(sampleInput(), slide: slide.id, by: .current)
            let second = try await store.storeInput(sampleInput(), slide: slide.id, by: .current)
            try await store.beginAnalysis(second.id)
            kill(getpid(), SIGKILL)
        }
        let store = try SlideStore(at: path)
        let pending = try await store.pendingCaptures()
        #expect(pending.map(\.state) == [.stored, .analysing])
        #expect(pending.map(\.attempts) == [0, 1])
        #expect(pending.map(\.slide.name) == ["Meadow", "Meadow"])
        for capture in pending {
            #expect(try await store.picture(ofCapture: capture.id, kind: "input").png == sampleInput().png)
            try await store.beginAnalysis(capture.id)
            try await store.finish(capture.id, with: sampleResults())
        }
        #expect(try await store.pendingCaptures().isEmpty)
        #expect(try await store.summary(ofSlide: pending[0].slide.id).totalGrains == 6)
    }

    /// The kill comes while results are being written; whenever it comes, all of them are there or none.
    @Test(arguments: [0, 2, 10, 40])
    func aKillWhileResultsAreWrittenLeavesAllOrNothing(milliseconds: Int) async throws {
        let folder = try Folder()
        let path = folder.database
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String, milliseconds = milliseconds as Int] in
            let store = try SlideStore(at: path)
            let slide = try await store.createSlide(name: "Meadow", note: "", by: .current)
            let capture = try await store.storeInput(sampleInput(), slide: slide.id, by: .current)
            let results = sampleResults(pictureBytes: 8_000_000)
            Task { try await store.finish(capture.id, with: results) }
            try await Task.sleep(for: .milliseconds(milliseconds))
            kill(getpid(), SIGKILL)
        }
        let store = try SlideStore(at: path)
        let slide = try await store.slide(named: "Meadow")
        let capture = try #require(try await store.captures(ofSlide: slide.id).first)
        let pictures = try await store.pictures(ofCapture: capture.id)
        let grains = try await store.grains(ofCapture: capture.id)
        switch capture.state {
        case .stored: #expect(pictures.count == 1 && grains.isEmpty)
        case .done: #expect(pictures.count == 4 && grains.count == 3)
        default: Issue.record("state \(capture.state)")
        }
        for picture in pictures { _ = try await store.picture(ofCapture: capture.id, kind: picture.kind) }
        try store.close()
        let integrity = try await DatabaseQueue(path: path).read {
            try String.fetchAll($0, sql: "PRAGMA integrity_check")
        }
        #expect(integrity == ["ok"])
    }
}
