import Foundation
import Testing

/// A slide from its fields to a signed page, as a user goes about it.
@Suite struct CommandsTests {
    @Test func aSlideIsCountedReviewedReanalysedAndExported() async throws {
        let daemon = try await Daemon(fields: 2)
        try await daemon.start()
        func json(_ arguments: String...) async throws -> [String: Any] {
            try await Programs.run("neurallens", ["--socket", daemon.socket, "--json"] + arguments).json()
        }
        func place(_ name: String) -> String { daemon.folder.appendingPathComponent(name).path }
        func grains(_ counts: [String: Any]) -> Int { counts["total"] as? Int ?? -1 }

        _ = try await daemon.control("slide", "create", "s")
        let empty = try await daemon.control("export", "s", "--format", "csv", "-o", place("empty.csv"))
        #expect(empty.status == 1 && empty.errors.contains("no captures"))
        #expect(!FileManager.default.fileExists(atPath: place("empty.csv")))
        // The third capture shows the first field once more: the camera's folder wraps round.
        #expect(try await daemon.control("capture", "--slide", "s", "--count", "3").status == 0)
        let first = try await json("counts", "s", "--surveyed")
        #expect(first["captures"] as? Int == 3 && first["fields"] as? Int == 2 && first["doubles"] as? Int ?? 0 > 0)
        let fields = try await daemon.control("slide", "fields", "s")
        #expect(fields.status == 0 && fields.output.contains("repeats 1"), "\(fields.output)")

        // Volumes that cannot be change nothing.
        for value in ["-3", "0", "nan"] {
            #expect(try await daemon.control("slide", "set", "s", "--sampled-volume-m3", value).status == 64)
        }
        #expect(
            try await daemon.control("slide", "set", "s", "--sampled-volume-m3", "14.4", "--deposit-area-mm2", "672")
                .status == 0)
        let air = try await daemon.control("counts", "s", "--until-precision", "10%")
        #expect(air.status == 0 && air.output.contains("per m3 of air") && air.output.contains("more fields"))

        // The least certain one, its picture, and a word on it that is taken back.
        let next = try await json("review", "next", "--slide", "s", "--limit", "1", "--crops", place("crops"))
        let grain = try #require(((next["grains"] as? [[String: Any]])?.first?["id"] as? NSNumber)?.stringValue)
        #expect(FileManager.default.fileExists(atPath: place("crops/\(grain).png")))
        #expect(try await daemon.control("review", "reject", grain, "--reason", "dust").output.contains("dust"))
        #expect(try await daemon.control("review", "history", "--slide", "s").output.contains("dust"))
        #expect(try await daemon.control("review", "undo", grain).status == 0)
        #expect(try await daemon.control("review", "undo", grain).status == 1)
        #expect(try await daemon.control("review", "accept", "987654").errors.contains("no grain 987654"))
        #expect(grains(try await json("counts", "s", "--surveyed")) == grains(first))

        // Another threshold, beside the first.
        let again = try await daemon.control("reanalyse", "--slide", "s", "--minimum-confidence", "0.97")
        #expect(again.status == 0 && again.output.contains("slide set s --run 2"), "\(again.errors)")
        #expect(grains(try await json("counts", "s", "--surveyed")) == grains(first))
        #expect(try await daemon.control("slide", "set", "s", "--run", "2").status == 0)
        #expect(grains(try await json("counts", "s", "--surveyed")) < grains(first))
        #expect(try await daemon.control("slide", "set", "s", "--run", "1").status == 0)
        #expect(grains(try await json("counts", "s", "--surveyed")) == grains(first))

        // Files: written whole, not over others, and not onto a full disk.
        for (format, extra) in [
            ("csv", []), ("counts-csv", []), ("json", []), ("html", []), ("ecotaxa", []),
            ("geojson", ["--capture", "1"]),
            ("ome-tiff", ["--capture", "1"]),
        ] {
            let arguments = ["--socket", daemon.socket, "export", "s", "--format", format, "-o", place(format)] + extra
            let written = try await Programs.run("neurallens", arguments)
            #expect(written.status == 0, "\(written.errors)")
            try Data("mine".utf8).write(to: URL(fileURLWithPath: place(format)))
            let refused = try await Programs.run("neurallens", arguments)
            #expect(refused.status == 1 && refused.errors.contains("it exists; name another file, or add --overwrite"))
            #expect(try Data(contentsOf: URL(fileURLWithPath: place(format))) == Data("mine".utf8))
            #expect(try await Programs.run("neurallens", arguments + ["--overwrite"]).status == 0)
            #expect(try Data(contentsOf: URL(fileURLWithPath: place(format))).count > 100)
        }
        // Folders: as other programs read them, and never over what is there.
        let crate = ["--format", "ro-crate", "--licence", "CC-BY-4.0", "--publisher", "Institute & Co"]
        for arguments in [
            crate + ["-o", place("crate")], ["--format", "ome-zarr", "--capture", "1", "-o", place("zarr") + "/"],
        ] {
            let written = try await daemon.control(["export", "s"] + arguments)
            #expect(written.status == 0, "\(written.errors)")
            let refused = try await daemon.control(["export", "s"] + arguments)
            #expect(refused.status == 1 && refused.errors.contains("it exists; name another one, or remove it"))
        }
        try Data(place("crate").utf8).write(to: URL(fileURLWithPath: place("crate.path")))
        let seen = try Self.readBack("crate", place("crate.path"))
        #expect((seen["issues"] as? [String]) == [] && seen["hashes_hold"] as? Bool == true)
        #expect(seen["publisher"] as? String == "Institute & Co" && seen["name"] as? String == "Pollen slide s")
        #expect(seen["others"] as? [String] == ["ro-crate-metadata.json"])
        #expect((seen["instruments"] as? [String])?.contains("NeuralLens") == true)
        #expect((seen["files"] as? [String])?.contains("captures/capture-1.ome.tiff") == true)
        let full = try await daemon.control("export", "s", "--format", "csv", "-o", "/dev/full")
        #expect(full.status == 1 && full.errors.contains("make room"), "\(full.errors)")
        #expect(try await daemon.control("slide", "map", "s", "-o", place("map.png")).status == 0)
        #expect(try Data(contentsOf: URL(fileURLWithPath: place("map.png"))).starts(with: [0x89, 0x50, 0x4e, 0x47]))
        #expect(FileManager.default.fileExists(atPath: place("zarr/0/labels/grains/0/.zarray")))
        let left = try FileManager.default.contentsOfDirectory(atPath: daemon.folder.path)
        #expect(!left.contains { $0.hasSuffix(".part") || $0.hasSuffix(".partial") }, "\(left)")

        // Pollen is no stage micrometer.
        let ruler = try await daemon.control("camera", "calibrate", "--objective", "20x", "--stage-micrometer-um", "10")
        #expect(ruler.status == 1 && ruler.errors.contains("no regular lines"), "\(ruler.errors)")
        #expect(try await daemon.end(SIGTERM) == 0)
    }

    /// What the readers of `ExportTests` see in a file.
    private static func readBack(_ kind: String, _ path: String) throws -> [String: Any] {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let python =
            ProcessInfo.processInfo.environment["NEURALLENS_PYTHON"]
            ?? tests.appendingPathComponent("../.build/python/bin/python").standardized.path
        let process = Process(), output = Pipe()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [tests.appendingPathComponent("ExportTests/read_back.py").path, kind, path]
        process.standardOutput = output
        try process.run()
        let answer = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return try #require(try JSONSerialization.jsonObject(with: answer) as? [String: Any])
    }
}
