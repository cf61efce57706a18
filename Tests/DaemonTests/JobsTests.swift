import Foundation
import Testing

/// Jobs as users have them: across kills, from another terminal, and on a store that is taken away.
@Suite struct JobsTests {
    private func captures(_ daemon: Daemon, of slide: String = "s") async throws -> [[String: Any]] {
        let text = try await daemon.control("--json", "captures", "--slide", slide).output
        return try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]] ?? []
    }

    private func wait(_ daemon: Daemon, for count: Int, states: Set<String>) async throws -> [[String: Any]] {
        var found = try await captures(daemon)
        func isEnough() -> Bool {
            found.count >= count && found.allSatisfy { states.contains($0["state"] as? String ?? "") }
        }
        for _ in 0..<600 where !isEnough() {
            try await Task.sleep(for: .milliseconds(50))
            found = try await captures(daemon)
        }
        return found
    }

    @Test(arguments: [SIGTERM, SIGKILL])
    func aJobGoesOnWhenTheDaemonStartsAgain(signal: Int32) async throws {
        let daemon = try await Daemon(fields: 2)
        try await daemon.start()
        _ = try await daemon.control("slide", "create", "s")
        _ = try await daemon.control("capture", "--slide", "s", "--count", "3", "--interval", "2", "--no-wait")
        let before = try await wait(daemon, for: 1, states: ["pending", "done"])
        try await daemon.end(signal)
        try await daemon.start()
        let after = try await wait(daemon, for: 3, states: ["done"])
        #expect(after.map { $0["id"] as? Int } == [1, 2, 3], "fields were lost or taken twice")
        #expect(after.first?["captured_at"] as? String == before.first?["captured_at"] as? String)
        #expect(after.allSatisfy { $0["state"] as? String == "done" && $0["freshness"] as? String == "timestamp" })
        try await daemon.end(SIGTERM)
    }

    @Test func aJobIsStoppedFromAnotherTerminal() async throws {
        let daemon = try await Daemon(fields: 1)
        try await daemon.start()
        _ = try await daemon.control("slide", "create", "s")
        let arguments = ["--socket", daemon.socket, "capture", "--slide", "s", "--count", "50", "--interval", "600"]
        async let waiting = Programs.run("neurallens", arguments)
        _ = try await wait(daemon, for: 1, states: ["done"])
        let unknown = try await daemon.control("--json", "capture", "--stop", "nobody")
        #expect(unknown.status == 1 && unknown.errors.contains("no job nobody"))
        let open = try await daemon.jobs()
        // Whoever did not start it finds it, with the line that ends it.
        let id = try #require(open.first)
        let listed = try await daemon.control("jobs")
        #expect(listed.status == 0 && listed.output.contains(id), "\(listed.output)")
        #expect(listed.output.contains("running"), "\(listed.output)")
        #expect(listed.output.contains("1 of 50 fields"))
        #expect(listed.output.contains("neurallens capture --stop \(id)"))
        let stopped = try await daemon.control("capture", "--stop", id)
        #expect(stopped.status == 0 && stopped.output.contains("stopped: 1 of 50 fields"), "\(stopped.errors)")
        let ended = try await waiting
        #expect(ended.status == 1 && ended.errors.contains("after 1 of 50 fields"), "\(ended.errors)")
        #expect(ended.output.hasPrefix("Job \(open[0]): 50 fields of slide \"s\"; neurallens capture --stop"))
        #expect(try await daemon.control("capture", "--slide", "s", "--stop", "x").status == 64)
        #expect(try await daemon.control("capture").status == 64)
        #expect(try await daemon.control("jobs").output == "No job is open\n")
        #expect(try await daemon.control("--json", "jobs").output.filter { !$0.isWhitespace } == "[]")
        try await daemon.end(SIGTERM)
    }

    @Test func whoLeavesIsToldHowToEndTheJob() async throws {
        let daemon = try await Daemon(fields: 1)
        try await daemon.start()
        _ = try await daemon.control("slide", "create", "s")
        let process = Programs.process(
            "neurallens", ["--socket", daemon.socket, "capture", "--slide", "s", "--count", "2", "--interval", "600"])
        let errors = Pipe()
        (process.standardError, process.standardOutput) = (errors, FileHandle.nullDevice)
        try process.run()
        _ = try await wait(daemon, for: 1, states: ["done"])
        kill(process.processIdentifier, SIGINT)
        for _ in 0..<1200 where process.isRunning { try await Task.sleep(for: .milliseconds(50)) }
        #expect(!process.isRunning, "the client does not hear Ctrl-C")
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let job = try #require(try await daemon.jobs().first)
        #expect(process.terminationStatus == 130 && text.contains("neurallens capture --stop \(job)"), "\(text)")
        try await daemon.end(SIGTERM)
    }

    /// Files deleted under the daemon: whoever waits hears of it.
    @Test func aCaptureIntoAStoreThatVanishedEnds() async throws {
        let daemon = try await Daemon(fields: 2)
        try await daemon.start()
        _ = try await daemon.control("slide", "create", "s")
        for suffix in ["", "-wal", "-shm"] {
            try FileManager.default.removeItem(at: daemon.folder.appendingPathComponent("slides.sqlite\(suffix)"))
        }
        let capture = Programs.process(
            "neurallens", ["--socket", daemon.socket, "capture", "--slide", "s", "--count", "2"])
        (capture.standardError, capture.standardOutput) = (FileHandle.nullDevice, FileHandle.nullDevice)
        try capture.run()
        for _ in 0..<1200 where capture.isRunning { try await Task.sleep(for: .milliseconds(50)) }
        #expect(!capture.isRunning, "the client hangs")
        if capture.isRunning { kill(capture.processIdentifier, SIGKILL) }
        try await daemon.end(SIGKILL)
    }
}

extension Daemon {
    /// Ids of the open jobs, from the database as other programs read it.
    func jobs() async throws -> [String] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/sqlite3")
        process.arguments = [
            "-readonly", folder.appendingPathComponent("slides.sqlite").path,
            "SELECT id FROM jobs WHERE state = 'open'",
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.split(separator: "\n").map(String.init)
    }
}
