import Foundation
import SlideStore
import Testing

/// The database as it is at one moment, while it goes on.
@Suite struct SnapshotTests {
    private func bytes(_ snapshot: StoreSnapshot) throws -> Data {
        var bytes: [UInt8] = []
        for number in 0..<snapshot.blocks { bytes += try snapshot.block(number) }
        #expect(bytes.count == Int(snapshot.bytes))
        return Data(bytes)
    }

    /// With the files of the slides' pictures as they are now.
    private func saved(_ snapshot: StoreSnapshot, of store: SlideStore) throws -> Folder {
        let folder = try Folder()
        try bytes(snapshot).write(to: URL(fileURLWithPath: folder.database))
        let pictures = folder.url.appendingPathComponent("slides-pictures")
        try FileManager.default.createDirectory(at: pictures, withIntermediateDirectories: true)
        for state in try store.slideFileStates() {
            let held = try store.snapshot(ofSlide: state.slide, in: snapshot.id)
            #expect(held.bytes == state.bytes && held.id == "\(snapshot.id).\(state.slide)")
            try bytes(held).write(to: pictures.appendingPathComponent("\(state.slide).sqlite"))
            held.release()
            #expect(try store.slideFileStates().contains(state))
        }
        return folder
    }

    @Test func itStaysAsItWasWhileFieldsAreStored() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [[sampleGrain("iva")]])
        let picture = noise(3_000_000, seed: 5)
        let early = try await store.storeInput(sampleInput(png: picture), slide: slide, by: visitor).id
        let snapshot = try await store.snapshot()
        let first = try snapshot.hash(ofBlock: 0)
        // Enough to have the log brought in several times, were the file not held.
        for seed in 0..<6 {
            _ = try await store.storeInput(
                sampleInput(png: noise(9_000_000, seed: UInt64(seed))), slide: slide, by: visitor)
        }
        #expect(try snapshot.hash(ofBlock: 0) == first)
        let copy = try saved(snapshot, of: store)
        #expect(first == sha256(try snapshot.block(0)))
        let report = try SlideStore.check(file: copy.database, repair: false) { _, _ in true }
        #expect(report.faults.isEmpty && report.captures == 2 && report.pictures == 5)
        let restored = try SlideStore(at: copy.database)
        #expect(try await restored.captures(ofSlide: slide).map(\.id) == [1, early])
        #expect(try await restored.picture(ofCapture: early, kind: "input").png == picture)
        try restored.close()

        // Let go, the file takes up what waited in the log.
        snapshot.release()
        #expect(throws: StoreError.self) { try snapshot.block(0) }
        let later = try saved(try await store.snapshot(), of: store)
        #expect(try await SlideStore(at: later.database).captures(ofSlide: slide).count == 8)
        #expect(try await store.captures(ofSlide: slide).count == 8)
    }

    private func sha256(_ bytes: [UInt8]) -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        try? process.run()
        Thread {
            input.fileHandleForWriting.write(Data(bytes))
            try? input.fileHandleForWriting.close()
        }.start()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        return String(text.prefix(64))
    }
}
