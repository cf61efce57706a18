import Foundation
import Testing

/// The database as its owner sees it.
@Suite struct StoreTests {
    @Test func aBackupIsTheWholeDatabase() async throws {
        let daemon = try await Daemon(fields: 2)
        try await daemon.start()
        func place(_ name: String) -> String { daemon.folder.appendingPathComponent(name).path }
        _ = try await daemon.control("slide", "create", "s")
        #expect(try await daemon.control("capture", "--slide", "s", "--count", "2").status == 0)
        let counts = try await daemon.control("counts", "s", "--surveyed", "--json").output

        let made = try await daemon.control("backup", place("copy.sqlite"))
        #expect(made.status == 0 && made.output.contains("2 captures"), "\(made.errors)")
        let refused = try await daemon.control("backup", place("copy.sqlite"))
        #expect(refused.status == 1 && refused.errors.contains("it exists"))
        #expect(try await daemon.control("store", "check").output.contains("All is well"))
        #expect(
            try await daemon.control("store", "check", "--file", place("copy.sqlite")).output.contains("All is well"))
        let names = try FileManager.default.contentsOfDirectory(atPath: daemon.folder.path)
        #expect(!names.contains { $0.hasPrefix("copy.sqlite.") || $0.hasPrefix("copy.sqlite-") }, "\(names)")

        // A field more, then back to the copy.
        #expect(try await daemon.control("capture", "--slide", "s").status == 0)
        #expect(try await daemon.end(SIGTERM) == 0)
        for (old, new) in [("slides.sqlite", "copy.sqlite"), ("slides-pictures", "copy-pictures")] {
            try FileManager.default.removeItem(atPath: place(old))
            try FileManager.default.moveItem(atPath: place(new), toPath: place(old))
        }
        try await daemon.start()
        #expect(try await daemon.control("counts", "s", "--surveyed", "--json").output == counts)

        // Two daemons on one folder, whatever their sockets.
        var arguments = daemon.arguments
        arguments[arguments.firstIndex(of: "--socket")! + 1] = place("other.sock")
        let other = try await Programs.run("neurallensd", arguments)
        #expect(other.status == 1 && other.errors.contains("another neurallensd"), "\(other.errors)")
        #expect(!FileManager.default.fileExists(atPath: place("other.sock")))

        // Left out and in again, with a reason or not at all.
        #expect(try await daemon.control("capture", "exclude", "1").status == 64)
        #expect(try await daemon.control("capture", "exclude", "1", "--reason", "out of focus").status == 0)
        let without = try await daemon.control("counts", "s", "--surveyed", "--json")
        #expect(without.output.contains("left out by a person: capture 1: out of focus"), "\(without.output)")
        #expect(try await daemon.control("captures", "--slide", "s").output.contains("left out"))
        #expect(try await daemon.control("capture", "include", "1").status == 0)
        #expect(try await daemon.control("counts", "s", "--surveyed", "--json").output == counts)

        // Gone under the daemon: told, and nothing is taken.
        for suffix in ["", "-wal", "-shm"] {
            try FileManager.default.removeItem(atPath: place("slides.sqlite" + suffix))
        }
        let status = try await daemon.control("status", "--json")
        #expect(status.output.contains("deleted or moved while it was in use"), "\(status.output)")
        let capture = try await daemon.control("capture", "--slide", "s", "--count", "2")
        #expect(capture.status == 1 && capture.errors.contains("nothing more is taken"), "\(capture.errors)")
        #expect(try await daemon.control("backup", place("saved.sqlite")).status == 0)
        #expect(try await daemon.end(SIGTERM) == 0)
        try FileManager.default.moveItem(atPath: place("saved.sqlite"), toPath: place("slides.sqlite"))
        try FileManager.default.removeItem(atPath: place("slides-pictures"))
        try FileManager.default.moveItem(atPath: place("saved-pictures"), toPath: place("slides-pictures"))
        try await daemon.start()
        #expect(try await daemon.control("counts", "s", "--surveyed", "--json").output == counts)
        #expect(try await daemon.end(SIGTERM) == 0)
    }

    /// What is printed arrives, or the status says that it did not.
    @Test func printingToAFullDiskFails() async throws {
        let daemon = try await Daemon()
        try await daemon.start()
        _ = try await daemon.control("slide", "create", "s")
        for (program, arguments) in [
            ("neurallens", ["--socket", daemon.socket, "counts", "s", "--format", "csv"]),
            ("neurallens", ["--socket", daemon.socket, "status", "--json"]), ("neurallens", ["--help"]),
            ("neurallens-lab", ["--help"]), ("neurallensd", ["--help"]), ("neurallensd", ["--version"]),
        ] {
            let shell = Process()
            shell.executableURL = URL(fileURLWithPath: "/bin/sh")
            shell.arguments = [
                "-c", "exec \"$@\" > /dev/full", "sh", Programs.folder.appendingPathComponent(program).path,
            ]
            shell.arguments! += arguments
            let errors = Pipe()
            shell.standardError = errors
            try shell.run()
            let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            shell.waitUntilExit()
            #expect(shell.terminationStatus == 1, "\(program) \(arguments)")
            #expect(text.contains("\(program): standard output cannot be written: No space left"), "\(text)")
        }
        #expect(try await daemon.end(SIGTERM) == 0)
    }
}
