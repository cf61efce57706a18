import Export
import Foundation
import Testing

/// A file is there whole or not at all, and never in the place of another unasked.
@Suite struct ExportFileTests {
    private let bytes = [UInt8]((0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })

    @Test func aFileIsWrittenAndNothingLeftBeside() throws {
        let folder = TemporaryFolder()
        let path = try folder.path("counts.csv")
        try ExportFile.write(bytes, to: path)
        #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) == bytes && folder.names == ["counts.csv"])
    }

    @Test func anExistingFileStaysUnlessItIsToBeReplaced() throws {
        let folder = TemporaryFolder()
        let path = try folder.path("counts.csv")
        let link = try folder.path("link.csv")
        try ExportFile.write([1, 2, 3], to: path)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        for name in [path, link] {
            #expect { try ExportFile.write(bytes, to: name) } throws: { ($0 as? ExportError)?.code == .exists }
        }
        #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) == [1, 2, 3])
        try ExportFile.write(bytes, to: link, overwriting: true)
        #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) == bytes)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == path)
        #expect(folder.names == ["counts.csv", "link.csv"])
    }

    /// A link that points nowhere is a name in use, too.
    @Test func aDanglingLinkIsNotReplaced() throws {
        let folder = TemporaryFolder()
        let link = try folder.path("link.csv")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.root + "/nothing")
        #expect { try ExportFile.write(bytes, to: link) } throws: { ($0 as? ExportError)?.code == .exists }
        #expect(folder.names == ["link.csv"])
    }

    @Test func aFullDiskIsSaidAndLeavesNothing() async throws {
        // In a process of its own, whose files may not grow beyond 4096 bytes.
        await #expect(processExitsWith: .success) {
            let folder = TemporaryFolder()
            let path = try folder.path("counts.csv")
            try ExportFile.write([1, 2, 3], to: path)
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 4096, rlim_max: 4096)
            #expect(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            for (path, overwriting) in [(path, true), (folder.root + "/new.csv", false)] {
                #expect {
                    try ExportFile.write([UInt8](repeating: 7, count: 100_000), to: path, overwriting: overwriting)
                } throws: {
                    ($0 as? ExportError)?.code == .noSpace
                }
            }
            #expect(folder.names == ["counts.csv"])
            #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) == [1, 2, 3])
        }
    }

    @Test func devicesAreWrittenTo() {
        #expect(throws: Never.self) { try ExportFile.write(bytes, to: "/dev/null") }
        #expect { try ExportFile.write(bytes, to: "/dev/full") } throws: { ($0 as? ExportError)?.code == .noSpace }
    }

    @Test func foldersAndMissingFoldersAreRefused() throws {
        let folder = TemporaryFolder()
        _ = try folder.path("")
        for path in [folder.root, folder.root + "/missing/counts.csv"] {
            #expect { try ExportFile.write(bytes, to: path, overwriting: true) } throws: {
                ($0 as? ExportError)?.code == .cannotWrite
            }
        }
        #expect(folder.names.isEmpty)
    }
}
