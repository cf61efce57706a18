import Foundation
import Testing
import Zip

/// Zip files in memory are those that the writer makes.
struct ZipBytesTests {
    @Test func theSameAsOnDisk() throws {
        let files: [(String, [UInt8])] = [("a.txt", Array("one".utf8)), ("empty", []), ("ü/b", [0, 1, 2, 255])]
        let path = NSTemporaryDirectory() + "neurallens-zip-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let writer = try ZipWriter(path: path)
        var bytes = ZipBytes()
        for (name, content) in files {
            try writer.add(name, content)
            try bytes.add(name, content)
        }
        try writer.finish()
        #expect(Array(try Data(contentsOf: URL(fileURLWithPath: path))) == bytes.finished())
        let reader = try ZipReader(path: path)
        #expect(reader.entries.map(\.name) == files.map(\.0))
        for (entry, file) in zip(reader.entries, files) { #expect(try reader.contents(entry, atMost: 10) == file.1) }
    }
}
