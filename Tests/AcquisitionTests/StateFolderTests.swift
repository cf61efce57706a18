import Acquisition
import ControlAPI
import Foundation
import Testing

/// One folder, one daemon; and a database that is gone is told, not written past.
@Suite struct StateFolderTests {
    @Test func oneFolderHasOneDaemon() async throws {
        let bench = try Bench()
        bench.configuration.stateDirectory = bench.folder.path + "/state"
        let first = try await bench.open()
        let mode = try FileManager.default.attributesOfItem(atPath: bench.configuration.stateDirectory)[
            .posixPermissions]
        #expect((mode as? NSNumber)?.intValue == 0o700)
        await #expect {
            _ = try await Microscope(configuration: bench.configuration, logger: Bench.logger)
        } throws: { error in
            let text = "\(error)"
            return (error as? Problem)?.isKind(.storeBusy) == true && text.contains("process \(getpid())")
                && text.contains(bench.configuration.stateDirectory) && text.contains("--state-dir")
        }
        await first.stop()
        let second = try await bench.open()
        await second.stop()
        // What an orderly end leaves is one file.
        let left = try FileManager.default.contentsOfDirectory(atPath: bench.configuration.stateDirectory)
        #expect(!left.contains("slides.sqlite-wal") && left.contains("slides.sqlite"), "\(left)")
    }

    @Test func nothingIsTakenOnceTheDatabaseIsGone() async throws {
        let bench = try Bench(fields: 2)
        let microscope = try await bench.counted()
        #expect(try await microscope.status().store.problem == nil)
        for suffix in ["", "-wal", "-shm"] {
            try FileManager.default.removeItem(atPath: bench.folder.path + "/slides.sqlite" + suffix)
        }
        let status = try await microscope.status()
        #expect(status.store.problem?.isKind(.storeLost) == true)
        #expect(status.store.problem?.detail.contains("deleted or moved") == true)
        await #expect { try await microscope.captured(2, slide: "s") } throws: {
            ($0 as? Problem)?.isKind(.storeLost) == true
        }
        await #expect { try await microscope.counts(ofSlide: "s", untilPrecision: nil) } throws: {
            ($0 as? Problem)?.isKind(.storeLost) == true
        }
        // What was stored can be saved.
        let snapshot = try await microscope.snapshot(by: Bench.peer)
        var bytes: [UInt8] = []
        for number in 0..<snapshot.blocks { bytes += try await microscope.block(number, ofSnapshot: snapshot.id) }
        try await microscope.endSnapshot(snapshot.id, by: Bench.peer)
        await microscope.stop()
        try Data(bytes).write(to: URL(fileURLWithPath: bench.folder.path + "/slides.sqlite"))
        let again = try await bench.open()
        #expect(try await again.captures(ofSlide: "s").map(\.state) == [.done])
        await again.stop()
    }
}
