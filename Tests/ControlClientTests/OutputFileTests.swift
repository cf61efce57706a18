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
}
