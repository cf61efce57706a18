import Foundation
import Testing

/// `neurallens lens teach` from outside: labels in, a lens out, whatever befalls the daemon.
@Suite struct TeachingTests {
    /// A daemon with fields of one slide, as its small lens found them.
    private func labelled(fields: Int = 2, programs: URL = Programs.folder) async throws -> Daemon {
        let daemon = try await Daemon(fields: fields)
        try await daemon.start(from: programs)
        _ = try await daemon.control("slide", "create", "s")
        #expect(try await daemon.control("capture", "--slide", "s", "--count", "\(fields)").status == 0)
        return daemon
    }

    private func finish(_ daemon: Daemon, fields: Int = 2) async throws {
        for capture in 1...fields {
            let finished = try await daemon.control("capture", "finish", "\(capture)")
            #expect(finished.status == 0, "\(finished.errors)")
        }
    }

    private func teaching(_ daemon: Daemon) async throws -> [String: Any] {
        let shown = try await daemon.control("--json", "lens", "teaching", "1")
        #expect(shown.status == 0, "\(shown.errors)")
        return try shown.json()
    }

    private func wait(
        _ daemon: Daemon, _ what: String, until isReached: ([String: Any]) -> Bool
    ) async throws -> [String: Any] {
        for _ in 0..<6000 {
            let job = try await teaching(daemon)
            if isReached(job) { return job }
            if job["state"] as? String == "failed" {
                Issue.record("\(what): \(job)")
                throw CocoaError(.featureUnsupported)
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        Issue.record("\(what) takes too long")
        throw CocoaError(.featureUnsupported)
    }

    /// Programs that a daemon in this folder started.
    private func children(of daemon: Daemon) throws -> [pid_t] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap(pid_t.init).filter { process in
            let words = (try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(process)/cmdline"))) ?? Data()
            let line = String(decoding: words, as: UTF8.self)
            return line.contains("neurallens-lab") && line.contains(daemon.folder.path + "/")
        }
    }

    private func weights(_ daemon: Daemon) throws -> Data {
        try Data(contentsOf: daemon.folder.appendingPathComponent("teachings/1/lens/mine/labelling.safetensors"))
    }

    private static let steps = "60"

    @Test func aKilledDaemonComesToTheSameLens() async throws {
        let whole = try await labelled()
        // Nothing to learn from yet.
        let early = try await whole.control("lens", "teach", "mine", "--slide", "s", "--steps", Self.steps)
        #expect(early.status == 1 && early.errors.contains("has no finished field"), "\(early.errors)")
        try await finish(whole)
        let taught = try await whole.control("lens", "teach", "mine", "--slide", "s", "--steps", Self.steps)
        #expect(taught.status == 0, "\(taught.errors)")
        #expect(taught.output.contains("flatters") && taught.output.contains("neurallens reanalyse --slide s --lens "))
        #expect(taught.output.contains("The same fields, lens in force (small)"), "\(taught.output)")
        let job = try await teaching(whole)
        #expect(job["state"] as? String == "done" && job["done"] as? Int == Int(Self.steps))
        #expect((job["curve"] as? [Any])?.isEmpty == false)
        let folder = try #require(job["lens_folder"] as? String)
        #expect(
            try Set(FileManager.default.contentsOfDirectory(atPath: folder))
                == ["lens.json", ".brought-by", "README.md", "labelling.safetensors"])
        let digest = try #require(job["lens_digest"] as? String)
        // The lens is one like any other, and does not count by itself.
        #expect(try await whole.control("--json", "status").output.contains("\"small\""))
        let again = try await whole.control("reanalyse", "--slide", "s", "--lens", digest)
        #expect(again.status == 0 && again.output.contains("mine"), "\(again.errors)\(again.output)")
        let twice = try await whole.control("lens", "teach", "mine", "--slide", "s")
        #expect(twice.status == 1 && twice.errors.contains("was taught already"), "\(twice.errors)")

        let killed = try await labelled()
        try await finish(killed)
        let begun = try await killed.control(
            "lens", "teach", "mine", "--slide", "s", "--steps", Self.steps, "--no-wait")
        #expect(begun.status == 0 && begun.output.contains("Teaching 1 begun"), "\(begun.errors)")
        let checkpoint = killed.folder.appendingPathComponent("teachings/1/runs/labelling/checkpoint.safetensors").path
        let half = try await wait(killed, "a checkpoint") { _ in FileManager.default.fileExists(atPath: checkpoint) }
        #expect(half["state"] as? String == "training")
        let other = try await killed.control("lens", "teach", "other", "--slide", "s")
        #expect(other.status == 1 && other.errors.contains("being taught already"), "\(other.errors)")
        #expect(try children(of: killed).count == 1)
        try await killed.end(SIGKILL)
        for _ in 0..<100 where try !children(of: killed).isEmpty { try await Task.sleep(for: .milliseconds(20)) }
        #expect(try children(of: killed).isEmpty, "the training outlives its daemon")
        #expect(try !FileManager.default.fileExists(atPath: killed.folder.path + "/teachings/1/lens/mine/lens.json"))
        try await killed.start()
        _ = try await wait(killed, "the end") { $0["state"] as? String == "done" }
        #expect(try weights(killed) == weights(whole))

        let deleted = try await killed.control("lens", "teach", "delete", "1")
        #expect(deleted.status == 0, "\(deleted.errors)")
        #expect(!FileManager.default.fileExists(atPath: killed.folder.path + "/teachings/1"))
        #expect(try await killed.control("lens", "teachings").output.contains("No lens was taught yet"))
        try await killed.end(SIGTERM)
        try await whole.end(SIGTERM)
    }

    @Test func aLearningCurveTellsWhatFewerFieldsGive() async throws {
        let daemon = try await labelled(fields: 4)
        try await finish(daemon, fields: 4)
        let taught = try await daemon.control(
            "lens", "teach", "mine", "--slide", "s", "--steps", "20", "--learning-curve")
        #expect(taught.status == 0, "\(taught.errors)")
        #expect(taught.output.contains("Taught from fewer fields, as long"), "\(taught.output)")
        let result = try #require(try await teaching(daemon)["result"] as? [String: Any])
        let curve = try #require(result["learning_curve"] as? [[String: Any]])
        // One of four is held out; half of three is one.
        #expect(curve.map { $0["fields"] as? Int } == [1, 3])
        let figures = try #require(result["taught"] as? [String: Any])
        let (all, whole) = (curve[1]["species"] as? NSArray, figures["species"] as? NSArray)
        #expect(all != nil && all == whole)
        try await daemon.end(SIGTERM)
    }

    @Test func withoutTheProgramThatTeachesItIsSaid() async throws {
        let files = FileManager.default
        let alone = URL(fileURLWithPath: "/tmp/nl-alone-\(UUID().uuidString.prefix(8))")
        try files.createDirectory(at: alone, withIntermediateDirectories: true)
        defer { try? files.removeItem(at: alone) }
        for name in try files.contentsOfDirectory(atPath: Programs.folder.path)
        where name.hasSuffix(".resources") || name.hasSuffix(".so") {
            try files.createSymbolicLink(
                at: alone.appendingPathComponent(name),
                withDestinationURL: Programs.folder.appendingPathComponent(name))
        }
        try files.copyItem(
            at: Programs.folder.appendingPathComponent("neurallensd"), to: alone.appendingPathComponent("neurallensd"))
        let daemon = try await labelled(programs: alone)
        try await finish(daemon)
        let refused = try await daemon.control("lens", "teach", "mine", "--slide", "s")
        #expect(refused.status == 1, "\(refused.output)")
        #expect(
            refused.errors.contains("neurallens-lab, which teaches, is not beside neurallensd"), "\(refused.errors)")
        #expect(try await daemon.control("lens", "teachings").output.contains("No lens was taught yet"))
        try await daemon.end(SIGTERM)
    }

    @Test func aTeachingIsStoppedAndGoneOnWith() async throws {
        let daemon = try await labelled()
        try await finish(daemon)
        _ = try await daemon.control(
            "lens", "teach", "mine", "--slide", "s", "--steps", "100000", "--from", "random", "--no-wait")
        _ = try await wait(daemon, "the training") { $0["state"] as? String == "training" }
        let stopped = try await daemon.control("lens", "teach", "stop", "1")
        #expect(stopped.status == 0 && stopped.output.contains("stopped"), "\(stopped.errors)")
        #expect(try children(of: daemon).isEmpty)
        #expect(try await daemon.control("lens", "teach", "stop", "1").status == 1)
        let resumed = try await daemon.control("lens", "teach", "resume", "1", "--no-wait")
        #expect(resumed.status == 0, "\(resumed.errors)")
        _ = try await wait(daemon, "the training again") { $0["state"] as? String == "training" }
        #expect(try await daemon.control("lens", "teach", "delete", "1").errors.contains("stop it first"))
        // What is taught does not hold up what ends the daemon.
        let start = ContinuousClock.now
        #expect(try await daemon.end(SIGTERM) == 0)
        #expect(ContinuousClock.now - start < .seconds(5))
        #expect(try children(of: daemon).isEmpty)
    }
}
