import Foundation
import Testing

/// `neurallens lens` from outside: one instrument's lens counts on another, is taken back and deleted.
@Suite struct LensLibraryTests {
    @Test func aLensTravelsInOneFileAndCounts() async throws {
        let daemon = try await Daemon()
        try await daemon.start()
        let file = daemon.folder.appendingPathComponent("other.zip").path
        let out = try await daemon.control("lens", "export", "small", "-o", file)
        #expect(out.status == 0 && out.output.contains("lens small ("), "\(out.errors)")
        #expect(try await daemon.control("lens", "export", "small", "-o", file).errors.contains("it exists"))

        // The same weights under another name are another lens.
        let other = daemon.folder.appendingPathComponent("other").path
        try FileManager.default.copyItem(atPath: Programs.smallLens, toPath: other)
        let manifest = other + "/lens.json"
        let text = try String(contentsOfFile: manifest, encoding: .utf8)
            .replacingOccurrences(of: "\"name\" : \"small\"", with: "\"name\" : \"other\"")
        try text.write(toFile: manifest, atomically: true, encoding: .utf8)
        let brought = try await daemon.control("lens", "import", other)
        #expect(brought.status == 0 && brought.output.contains("Lens other ("), "\(brought.errors)")
        // What is here already is brought again without harm.
        #expect(try await daemon.control("lens", "import", file).status == 0)
        let list = try await daemon.control("lens", "list").output
        #expect(list.contains("other") && list.contains("all slides"), "\(list)")

        _ = try await daemon.control("slide", "create", "s")
        #expect(try await daemon.control("capture", "--slide", "s").status == 0)
        let active = try await daemon.control("lens", "activate", "other", "--slide", "s")
        #expect(active.status == 0, "\(active.errors)")
        #expect(active.output.contains("The lens other (") && active.output.contains("1 field counted by small"))
        let command = try #require(active.output.split(separator: "\n").first { $0.contains("neurallens reanalyse") })
        let words = command.split(separator: " ").map(String.init)
        #expect(words.prefix(4) == ["neurallens", "reanalyse", "--slide", "s"], "\(command)")
        let again = try await daemon.control("reanalyse", "--slide", "s", "--lens", words.last!)
        #expect(again.status == 0 && again.output.contains("other"), "\(again.errors)")
        try await daemon.end(SIGKILL)

        try await daemon.start()
        #expect(try await daemon.control("capture", "--slide", "s").status == 0)
        let counts = try await daemon.control("--json", "counts", "s")
        #expect(counts.output.contains("2 different lenses"), "\(counts.output)")
        #expect(try await daemon.control("lens", "delete", "other").errors.contains("is set for the slide \"s\""))
        #expect(try await daemon.control("lens", "activate", "--previous", "--slide", "s").status == 0)
        #expect(try await daemon.control("lens", "delete", "other").status == 0)
        #expect(try await daemon.control("lens", "show", "other").errors.contains("there is no lens \"other\""))
        #expect(try await daemon.control("lens", "history").output.contains("other"))
        for wrong in [["lens", "activate"], ["lens", "activate", "small", "--previous"]] {
            #expect(try await Programs.run("neurallens", ["--socket", daemon.socket] + wrong).status == 64)
        }
        try await daemon.end(SIGTERM)
    }

    @Test func aLensGoesOutForOtherPrograms() async throws {
        let daemon = try await Daemon()
        try await daemon.start()
        let file = daemon.folder.appendingPathComponent("bioimage.zip").path
        let bare = try await daemon.control("lens", "export", "small", "--format", "bioimage.io", "-o", file)
        #expect(bare.status == 64 && bare.errors.contains("--author"), "\(bare.errors)")
        let out = try await daemon.control(
            "lens", "export", "small", "--format", "bioimage.io", "--author", "A", "--license", "MIT", "-o", file)
        #expect(out.status == 0, "\(out.errors)")
        let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        #expect(bytes.range(of: Data("rdf.yaml".utf8)) != nil && bytes.range(of: Data("labelling.onnx".utf8)) != nil)
        // The same file is one that is imported.
        #expect(try await daemon.control("lens", "import", file).status == 0)
        let beside = try FileManager.default.contentsOfDirectory(atPath: daemon.folder.path)
        #expect(!beside.contains { $0.contains(".lens-") }, "\(beside)")
        try await daemon.end(SIGTERM)
    }
}
