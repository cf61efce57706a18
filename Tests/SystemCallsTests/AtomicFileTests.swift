import Foundation
import SystemCalls
import Testing

/// A file is there whole or not at all, and never in the place of another unasked.
@Suite struct AtomicFileTests {
    private let bytes = [UInt8]((0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })

    @Test func aFileIsWrittenAndNothingLeftBeside() throws {
        let folder = TemporaryFolder()
        let path = try folder.path("counts.csv")
        try AtomicFile.write(bytes, to: path)
        #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) == bytes && folder.names == ["counts.csv"])
    }

    @Test func anExistingFileStaysUnlessItIsToBeReplaced() throws {
        let folder = TemporaryFolder()
        let path = try folder.path("counts.csv")
        let link = try folder.path("link.csv")
        try AtomicFile.write([1, 2, 3], to: path)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        for name in [path, link] {
            #expect { try AtomicFile.write(bytes, to: name, replacing: false) } throws: {
                ($0 as? Errno)?.code == EEXIST
            }
        }
        #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) == [1, 2, 3])
        try AtomicFile.write(bytes, to: link)
        #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) == bytes)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == path)
        #expect(folder.names == ["counts.csv", "link.csv"])
    }

    /// A link that points nowhere is a name in use, too.
    @Test func aDanglingLinkIsNotReplaced() throws {
        let folder = TemporaryFolder()
        let link = try folder.path("link.csv")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.root + "/nothing")
        #expect { try AtomicFile.write(bytes, to: link, replacing: false) } throws: { ($0 as? Errno)?.code == EEXIST }
        #expect(folder.names == ["link.csv"])
    }

    @Test func aFullDiskIsSaidAndLeavesNothing() async throws {
        // In a process of its own, whose files may not grow beyond 4096 bytes.
        await #expect(processExitsWith: .success) {
            let folder = TemporaryFolder()
            let path = try folder.path("counts.csv")
            try AtomicFile.write([1, 2, 3], to: path)
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 4096, rlim_max: 4096)
            #expect(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            for (path, replacing) in [(path, true), (folder.root + "/new.csv", false)] {
                #expect {
                    try AtomicFile.write([UInt8](repeating: 7, count: 100_000), to: path, replacing: replacing)
                } throws: {
                    ($0 as? Errno)?.code == EFBIG
                }
            }
            #expect(folder.names == ["counts.csv"])
            #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) == [1, 2, 3])
        }
    }

    @Test func devicesAreWrittenTo() {
        #expect(throws: Never.self) { try AtomicFile.write(bytes, to: "/dev/null") }
        #expect { try AtomicFile.write(bytes, to: "/dev/full") } throws: { ($0 as? Errno)?.code == ENOSPC }
    }

    @Test func foldersAndMissingFoldersAreRefused() throws {
        let folder = TemporaryFolder()
        _ = try folder.path("")
        for (path, code) in [(folder.root, EISDIR), (folder.root + "/missing/counts.csv", ENOENT)] {
            #expect { try AtomicFile.write(bytes, to: path) } throws: { ($0 as? Errno)?.code == code }
        }
        #expect(folder.names.isEmpty)
    }
}
