import Foundation
import Testing

/// Slides that leave, as their owner sees it.
@Suite struct LeavingTests {
    private func archiveFolder() throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("archive-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder.path
    }

    @Test func toTheArchiveAndBackAndForGood() async throws {
        let archive = try archiveFolder()
        defer { try? FileManager.default.removeItem(atPath: archive) }
        let daemon = try await Daemon(fields: 2, options: ["--archive", archive])
        try await daemon.start()
        func place(_ name: String) -> String { daemon.folder.appendingPathComponent(name).path }
        for name in ["a", "b"] {
            _ = try await daemon.control("slide", "create", name)
            #expect(try await daemon.control("capture", "--slide", name).status == 0)
        }
        let counts = try await daemon.control("counts", "a", "--surveyed", "--json").output
        _ = try await daemon.control("counts", "b", "--surveyed", "--json")
        #expect(try await daemon.control("image", "1", "input", "-o", place("before.png")).status == 0)

        let made = try await daemon.control("slide", "archive", "a")
        #expect(made.status == 0 && made.output.contains("are archived"), "\(made.errors)")
        #expect(try await daemon.control("counts", "a", "--surveyed", "--json").output == counts)
        #expect(try await daemon.control("slide", "list").output.contains("a (archived)"))
        let image = try await daemon.control("image", "1", "input", "-o", place("away.png"))
        #expect(image.status == 1 && image.errors.contains("restore it first"), "\(image.errors)")
        let capture = try await daemon.control("capture", "--slide", "a")
        #expect(capture.status == 1 && capture.errors.contains("archived"), "\(capture.errors)")
        let export = try await daemon.control("export", "a", "--format", "html", "-o", place("a.html"))
        #expect(export.status == 1 && export.errors.contains("restore it first"), "\(export.errors)")
        #expect(try await daemon.control("export", "a", "--format", "csv", "-o", place("a.csv")).status == 0)
        #expect(try await daemon.control("capture", "--slide", "b").status == 0)
        _ = try await daemon.control("counts", "b", "--surveyed")
        let backup = try await daemon.control("backup", place("copy.sqlite"))
        #expect(backup.status == 0 && backup.output.contains("3 captures"), "\(backup.errors)")
        let told = backup.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(told.contains("\"a\" are not here but in the archive, which backups leave out: \(archive)/"), "\(told)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: place("copy-pictures")) == ["2.sqlite"])

        let back = try await daemon.control("slide", "restore", "a")
        #expect(back.status == 0, "\(back.errors)")
        #expect(try await daemon.control("image", "1", "input", "-o", place("after.png")).status == 0)
        #expect(FileManager.default.contentsEqual(atPath: place("before.png"), andPath: place("after.png")))
        let again = try await daemon.control("slide", "restore", "a")
        #expect(again.status == 1 && again.errors.contains("is not archived"), "\(again.errors)")

        // Only what has changed is fetched.
        let update = try await daemon.control("backup", place("copy.sqlite"), "--overwrite", "--json")
        #expect(
            update.output.contains("\"slides_fetched\" : 1") || update.output.contains("\"slides_fetched\":1"),
            "\(update.output)")
        #expect(try await daemon.control("store", "check", "--file", place("copy.sqlite")).status == 0)

        let unasked = try await daemon.control("slide", "delete", "b")
        #expect(unasked.status == 1 && unasked.errors.contains("--yes"), "\(unasked.errors)")
        #expect(try await daemon.control("slide", "delete", "b", "--yes").status == 0)
        #expect(try await daemon.control("slide", "show", "b").status == 1)
        #expect(!FileManager.default.fileExists(atPath: place("slides-pictures/2.sqlite")))
        #expect(try await daemon.control("store", "check").output.contains("All is well"))
        #expect(try await daemon.control("status").output.contains(" free"))
        #expect(try await daemon.end(SIGTERM) == 0)
    }

    /// What a backup does not hold, its copy still reaches.
    @Test func aRestoredBackupReachesTheArchive() async throws {
        let archive = try archiveFolder()
        defer { try? FileManager.default.removeItem(atPath: archive) }
        let daemon = try await Daemon(fields: 1, options: ["--archive", archive])
        try await daemon.start()
        func place(_ name: String) -> String { daemon.folder.appendingPathComponent(name).path }
        _ = try await daemon.control("slide", "create", "a")
        #expect(try await daemon.control("capture", "--slide", "a").status == 0)
        #expect(try await daemon.control("image", "1", "input", "-o", place("before.png")).status == 0)
        _ = try await daemon.control("counts", "a", "--surveyed")
        #expect(try await daemon.control("slide", "archive", "a").status == 0)
        let backup = try await daemon.control("backup", place("copy.sqlite"), "--json")
        #expect(backup.status == 0 && backup.output.contains("not here but in the archive"), "\(backup.output)")
        #expect(
            try await daemon.control("backup", place("copy.sqlite"), "--overwrite").output.contains(
                "1 capture, 0 pictures"))

        // The disk of the database is lost.
        #expect(try await daemon.end(SIGTERM) == 0)
        for name in ["slides.sqlite", "slides-pictures"] { try FileManager.default.removeItem(atPath: place(name)) }
        try FileManager.default.moveItem(atPath: place("copy.sqlite"), toPath: place("slides.sqlite"))
        try await daemon.start()
        let back = try await daemon.control("slide", "restore", "a")
        #expect(back.status == 0, "\(back.errors)")
        #expect(try await daemon.control("image", "1", "input", "-o", place("after.png")).status == 0)
        #expect(FileManager.default.contentsEqual(atPath: place("before.png"), andPath: place("after.png")))
        let gone = try await daemon.control("slide", "delete", "a", "--yes")
        #expect(gone.output.contains("is deleted: 1 capture, "), "\(gone.output)")
        #expect(try await daemon.end(SIGTERM) == 0)
    }
}
