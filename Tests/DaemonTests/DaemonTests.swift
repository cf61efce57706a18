import Foundation
import Testing

/// The programs themselves: their options, their exit statuses, and what survives a kill.
@Suite struct DaemonTests {
    @Test func aFirstSlideFromTheCommandLine() async throws {
        let daemon = try await Daemon(fields: 2)
        try await daemon.start()
        #expect(try await daemon.control("slide", "create", "Slide 1").status == 0)
        let capture = try await daemon.control("--json", "capture", "--slide", "Slide 1", "--count", "2")
        #expect(capture.status == 0, "\(capture.errors)")
        let counts = try await daemon.control("--json", "counts", "Slide 1").json()
        #expect(counts["slide"] as? String == "Slide 1")
        #expect(counts["captures"] as? Int == 2)
        let species = try #require(counts["species"] as? [[String: Any]])
        #expect(species.map { $0["species"] as? String } == ["Iva xanthiifolia", "Galanthus"])
        #expect(species.reduce(0) { $0 + ($1["grains"] as? Int ?? 0) } == counts["total"] as? Int)
        let grains = try #require(
            try await daemon.control("--json", "grains", "1").json()["grains"] as? [[String: Any]])
        let keys: Set = [
            "id", "species", "centroid_px", "bbox_px", "area_um2", "equivalent_diameter_um", "confidence", "on_border",
        ]
        #expect(!grains.isEmpty && grains.allSatisfy { keys.isSubset(of: $0.keys) })
        for kind in ["input", "map", "magnified", "labelled", "only-iva", "only-galanthus"] {
            let path = daemon.folder.appendingPathComponent("\(kind).png")
            #expect(try await daemon.control("image", "2", kind, "-o", path.path).status == 0)
            #expect(try Data(contentsOf: path).starts(with: [0x89, 0x50, 0x4e, 0x47]))
        }
        #expect(try await daemon.end(SIGTERM) == 0)
    }

    @Test func aKilledDaemonFinishesWhatItStored() async throws {
        let daemon = try await Daemon()
        try await daemon.start()
        _ = try await daemon.control("slide", "create", "s")
        #expect(try await daemon.control("capture", "--slide", "s", "--count", "3", "--no-wait").status == 0)
        func captures() async throws -> [[String: Any]] {
            let text = try await daemon.control("--json", "captures", "--slide", "s").output
            let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
            return value as? [[String: Any]] ?? (value as? [String: Any])?["captures"] as? [[String: Any]] ?? []
        }
        while try await captures().isEmpty { try await Task.sleep(for: .milliseconds(20)) }
        try await daemon.end(SIGKILL)
        try await daemon.start()
        var after = try await captures()
        while after.contains(where: { $0["state"] as? String == "pending" }) {
            try await Task.sleep(for: .milliseconds(50))
            after = try await captures()
        }
        #expect(!after.isEmpty && after.allSatisfy { $0["state"] as? String == "done" })
        try await daemon.end(SIGTERM)
    }

    @Test func aSecondDaemonOnTheSameSocketRefuses() async throws {
        let daemon = try await Daemon()
        try await daemon.start()
        let second = try await Programs.run("neurallensd", daemon.arguments)
        #expect(second.status == 1 && second.errors.contains("control.sock"), "\(second.errors)")
        #expect(try await daemon.control("status").status == 0)
        try await daemon.end(SIGTERM)
    }

    @Test func exitStatusesAreAsDocumented() async throws {
        let nobody = try await Programs.run("neurallens", ["--socket", "/tmp/nl-nobody/control.sock", "status"])
        #expect(nobody.status == 69 && nobody.errors.contains("/tmp/nl-nobody/control.sock"))
        #expect(try await Programs.run("neurallens", ["no-such-command"]).status == 64)
        let daemon = try await Daemon()
        try await daemon.start()
        let unknown = try await daemon.control("counts", "no such slide")
        #expect(unknown.status == 1 && unknown.errors.contains("no such slide"))
        try await daemon.end(SIGTERM)
    }

    @Test func aDatabaseThatIsNoneIsLeftAlone() async throws {
        let daemon = try await Daemon()
        let file = daemon.folder.appendingPathComponent("slides.sqlite")
        let text = Data(String(repeating: "These are my notes, not a database. ", count: 100).utf8)
        try text.write(to: file)
        let result = try await Programs.run("neurallensd", daemon.arguments)
        #expect(result.status == 1 && result.errors.contains("slides.sqlite"), "\(result.errors)")
        #expect(result.errors.split(separator: "\n").count == 1)
        #expect(try Data(contentsOf: file) == text)
    }

    @Test(arguments: [
        ["--socket", "/tmp/" + String(repeating: "long/", count: 30) + "control.sock"],
        ["--camera", "telescope"], ["--nm-per-pixel", "-3"], ["--log-level", "loud"],
        ["--config", "/nonexistent.toml"],
    ])
    func aWrongSettingIsOneClearSentence(extra: [String]) async throws {
        let daemon = try await Daemon()
        let result = try await Programs.run("neurallensd", daemon.arguments + extra)
        #expect(result.status == 1 || result.status == 64, "\(extra)")
        #expect(!result.errors.isEmpty && !result.errors.contains("Fatal error"), "\(result.errors)")
    }

    /// The lab's programs on files that are not what they claim to be.
    @Test func theLabRefusesBrokenWeights() async throws {
        let daemon = try await Daemon()
        let broken = daemon.folder.appendingPathComponent("broken.safetensors")
        let good = try Data(contentsOf: URL(fileURLWithPath: Programs.smallLens + "/labelling.safetensors"))
        for bytes in [Data(), Data("hello".utf8), good.prefix(good.count / 2), Data(repeating: 0xff, count: 64)] {
            try bytes.write(to: broken)
            let result = try await Programs.run(
                "neurallens-lab", ["import", broken.path, "-o", daemon.folder.path + "/out", "--norm", "running"])
            #expect(result.status == 1)
            #expect(result.errors.contains("broken.safetensors"), "\(result.errors)")
            #expect(result.errors.split(separator: "\n").count == 1)
        }
    }
}
