import Foundation
import Testing
import Zip

/// Files in one file, held against Python's reader and writer, and against what nobody should write.
@Suite struct ZipTests {
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent("zip-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path)
    }

    private func python(_ program: String, _ arguments: String...) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-c", program] + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return text
    }

    private static let large = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }

    private func write(_ path: String) throws {
        let zip = try ZipWriter(path: path)
        try zip.add("lens.json", Array("{}".utf8))
        try zip.begin("müller/large.bin")
        try zip.add(Self.large[..<100_000])
        try zip.add(Self.large[100_000...])
        try zip.add("empty", [])
        try zip.finish()
    }

    @Test func pythonReadsWhatIsWritten() throws {
        try withFolder { folder in
            try write("\(folder)/a.zip")
            let said = try python(
                """
                import sys, zipfile
                z = zipfile.ZipFile(sys.argv[1])
                print(z.testzip(), [(i.filename, i.file_size, i.compress_type) for i in z.infolist()])
                open(sys.argv[2], "wb").write(z.read("müller/large.bin"))
                """, "\(folder)/a.zip", "\(folder)/large.bin")
            #expect(said == "None [('lens.json', 2, 0), ('müller/large.bin', 300000, 0), ('empty', 0, 0)]\n")
            #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: "\(folder)/large.bin"))) == Self.large)
        }
    }

    @Test func whatPythonStoresIsRead() throws {
        try withFolder { folder in
            _ = try python(
                """
                import sys, zipfile
                z = zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_STORED)
                z.comment = b"PK\\x05\\x06 is no end"
                z.writestr("lens/lens.json", "{}"); z.writestr("../x", "evil")
                z.writestr("packed", "a" * 1000, zipfile.ZIP_DEFLATED); z.close()
                """, "\(folder)/a.zip")
            let zip = try ZipReader(path: "\(folder)/a.zip")
            #expect(zip.entries.map(\.name) == ["lens/lens.json", "../x", "packed"])
            #expect(try zip.contents(zip.entry("lens/lens.json")!, atMost: 10) == Array("{}".utf8))
            #expect { try zip.contents(zip.entry("packed")!, atMost: 1000) } throws: {
                ($0 as? ZipError)?.message.contains("packed in \(folder)/a.zip is compressed") == true
            }
            #expect(throws: ZipError.self) { try zip.contents(zip.entry("lens/lens.json")!, atMost: 1) }
        }
    }

    /// Cut anywhere, or with any byte of its structure changed, it is refused or read as something else, and nothing worse.
    @Test func brokenFilesAreRefused() throws {
        try withFolder { folder in
            let path = "\(folder)/a.zip", broken = "\(folder)/b.zip"
            let zip = try ZipWriter(path: path)
            try zip.add("lens.json", Array("{\"name\":1}".utf8))
            try zip.add("b.safetensors", Array("weights".utf8))
            try zip.finish()
            let whole = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
            func read(_ bytes: [UInt8]) throws -> [[UInt8]] {
                try Data(bytes).write(to: URL(fileURLWithPath: broken))
                let zip = try ZipReader(path: broken)
                return try zip.entries.map { try zip.contents($0, atMost: 1 << 20) }
            }
            #expect(try read(whole).map(\.count) == [10, 7])
            for count in 0..<whole.count { #expect(throws: ZipError.self) { try read(Array(whole[..<count])) } }
            for place in whole.indices {
                for value in [0x00, 0x7f, 0xff, whole[place] ^ 1] {
                    var bytes = whole
                    bytes[place] = value
                    _ = try? read(bytes)
                }
            }
            for (name, bytes) in [("nothing", []), ("text", Array("PK nothing of the kind".utf8))] {
                #expect(throws: ZipError.self, "\(name)") { try read(bytes) }
            }
            #expect(throws: ZipError.self) { try ZipReader(path: folder) }
            #expect(throws: ZipError.self) { try ZipReader(path: "\(folder)/none.zip") }
        }
    }
}
