import Foundation
import Testing

/// `neurallens-lab train` from outside.
@Suite struct TrainCommandTests {
    @Test func anInterruptedTrainingKeepsItsCheckpointAndEndsWithStatus130() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("train-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let drawn = try await Programs.run(
            "neurallens-lab", ["simulate", "--view", "pair", "--fields", "2", "--seed", "5", "-o", folder + "/data"])
        #expect(drawn.status == 0)
        let arguments = [
            "train", folder + "/data", "-o", folder + "/lens", "--network", "labelling", "--size", "64", "--layers",
            "4",
            "--base-channels", "4", "--threads", "1", "--steps", "1000000",
        ]
        let training = Programs.process("neurallens-lab", arguments)
        training.standardError = FileHandle.nullDevice
        try training.run()
        // The page is there once steps are taken.
        let losses = folder + "/lens.runs/labelling/losses.csv"
        while training.isRunning && !FileManager.default.fileExists(atPath: losses) {
            try await Task.sleep(for: .milliseconds(20))
        }
        kill(training.processIdentifier, SIGINT)
        while training.isRunning { try await Task.sleep(for: .milliseconds(20)) }
        #expect(training.terminationReason == .exit && training.terminationStatus == 130)
        #expect(FileManager.default.fileExists(atPath: folder + "/lens.runs/labelling/checkpoint.safetensors"))
        let again = try await Programs.run("neurallens-lab", arguments)
        #expect(again.status == 1 && again.errors.contains("--resume"), "\(again.errors)")
    }
}
