import ControlClient
import FoundationEssentials
import Glibc
import Testing

@Suite struct OutputFileTests {
    private func withDirectory(_ body: (String) throws -> Void) throws {
        let directory =
            FileManager.default.temporaryDirectory.path + "/output-\(getpid())-\(UInt32.random(in: 0...(.max)))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try body(directory)
    }

    @Test func replacesAFileWholly() throws {
        try withDirectory { directory in
            let path = "\(directory)/a.png"
            try OutputFile.write([1, 2, 3], to: path)
            try OutputFile.write([4], to: path)
            #expect(FileManager.default.contents(atPath: path) == Data([4]))
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["a.png"])
        }
    }

    @Test func replacesALinksTarget() throws {
        try withDirectory { directory in
            try OutputFile.write([1], to: "\(directory)/target")
            #expect(symlink("\(directory)/target", "\(directory)/link") == 0)
            try OutputFile.write([2], to: "\(directory)/link")
            #expect(FileManager.default.contents(atPath: "\(directory)/target") == Data([2]))
            var status = stat()
            #expect(lstat("\(directory)/link", &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
        }
    }

    @Test func devicesAreWrittenNotReplaced() throws {
        try OutputFile.write([1, 2, 3], to: "/dev/null")
        var status = stat()
        #expect(lstat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    }

    @Test(arguments: ["/nonexistent/a.png", "/tmp", "/dev/full", ""])
    func whatCannotBeWrittenIsNamed(path: String) {
        let error = #expect(throws: ControlClientError.self) { try OutputFile.write([1], to: path) }
        #expect(error?.code == .cannotWrite && error?.exitStatus == 1)
        #expect(error?.message.contains("cannot write \(path)") == true)
    }

    @Test func whatIsThereStays() throws {
        try withDirectory { directory in
            let path = "\(directory)/a.csv"
            try OutputFile.write([1, 2, 3], to: path, overwrite: false)
            #expect(FileManager.default.contents(atPath: path) == Data([1, 2, 3]))
            #expect(symlink("\(directory)/nowhere", "\(directory)/dangling") == 0)
            #expect(symlink(path, "\(directory)/link") == 0)
            for name in ["a.csv", "dangling", "link"] {
                let error = #expect(throws: ControlClientError.self) {
                    try OutputFile.write([4], to: "\(directory)/\(name)", overwrite: false)
                }
                #expect(error?.message.contains("exists") == true && error?.hint.contains("--overwrite") == true)
                #expect(throws: ControlClientError.self) { try OutputFile.requireAbsent("\(directory)/\(name)") }
            }
            #expect(FileManager.default.contents(atPath: path) == Data([1, 2, 3]))
            let names = try FileManager.default.contentsOfDirectory(atPath: directory)
            #expect(names.sorted() == ["a.csv", "dangling", "link"])
            try OutputFile.requireAbsent("\(directory)/b.csv")
        }
        try OutputFile.requireAbsent("/dev/null")
        try OutputFile.write([1], to: "/dev/null", overwrite: false)
    }

    @Test func fullDiskIsNamed() {
        let error = #expect(throws: ControlClientError.self) { try OutputFile.write([1], to: "/dev/full") }
        #expect(error?.hint.contains("make room") == true)
    }

    @Test func foldersAreMadeOnce() throws {
        try withDirectory { directory in
            try OutputFile.makeFolder("\(directory)/crops")
            try OutputFile.makeFolder("\(directory)/crops")
            try OutputFile.write([1], to: "\(directory)/file")
            #expect(throws: ControlClientError.self) { try OutputFile.makeFolder("\(directory)/file") }
            #expect(throws: ControlClientError.self) { try OutputFile.makeFolder("\(directory)/a/b") }
        }
    }
}
