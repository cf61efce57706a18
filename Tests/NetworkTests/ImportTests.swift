import Foundation
import Network
import Tensor
import Testing

@Suite("Import and run-network")
struct ImportTests {
    /// The checkpoint with some tensors changed, left out or added.
    private func checkpoint(
        _ fixture: String, leavingOut: Set<String> = [], replacing: [String: (shape: [Int], values: [Float])] = [:]
    ) throws -> WeightFile {
        let file = try Fixture(fixture).checkpoint
        var writer = SafetensorsWriter()
        for (name, entry) in file.entries.sorted(by: { $0.key < $1.key })
        where entry.type != .int64 && !leavingOut.contains(name) && replacing[name] == nil {
            try writer.add(name, entry.shape, file.floats(name))
        }
        for (name, tensor) in replacing {
            writer.add(name, TensorShape(tensor.shape)!, tensor.values)
        }
        return try WeightFile(bytes: writer.bytes(), source: "checkpoint")
    }

    private func expectRefusal(
        _ code: NetworkError.Code, naming clue: String, normalisation: Normalisation = .running,
        sourceLocation: SourceLocation = #_sourceLocation, _ file: () throws -> WeightFile
    ) throws {
        let file = try file()
        let error = #expect(throws: NetworkError.self, sourceLocation: sourceLocation) {
            try importGenerator(file, normalisation: normalisation)
        }
        #expect(error?.code == code, sourceLocation: sourceLocation)
        #expect("\(error!)".contains(clue), "\(error!)", sourceLocation: sourceLocation)
    }

    @Test("foreign and wrong checkpoints are refused by tensor")
    func refusals() throws {
        try expectRefusal(.foreign, naming: "model.model.3.weight") {
            try checkpoint("batch-5", leavingOut: ["model.model.3.weight"])
        }
        try expectRefusal(.foreign, naming: "model.model.1.model.3.weight") {
            // Without its expanding layer the block looks innermost, whose expanding layer would be model.3.
            try checkpoint("batch-5", leavingOut: ["model.model.1.model.5.weight"])
        }
        try expectRefusal(.wrongShape, naming: "model.model.1.model.2.bias") {
            try checkpoint("batch-5", replacing: ["model.model.1.model.2.bias": ([7], .init(repeating: 0, count: 7))])
        }
        try expectRefusal(.wrongShape, naming: "model.model.1.model.1.weight") {
            try checkpoint(
                "batch-5", replacing: ["model.model.1.model.1.weight": ([8, 5, 4, 4], .init(repeating: 0, count: 640))])
        }
        try expectRefusal(.wrongShape, naming: "model.model.0.weight") {
            try checkpoint(
                "batch-5", replacing: ["model.model.0.weight": ([4, 3, 3, 3], .init(repeating: 0, count: 108))])
        }
        try expectRefusal(.foreign, naming: "model.model.1.attention.weight") {
            try checkpoint("batch-5", replacing: ["model.model.1.attention.weight": ([1], [0])])
        }
        try expectRefusal(.notFinite, naming: "model.model.3.bias") {
            try checkpoint("batch-5", replacing: ["model.model.3.bias": ([3], [0, .nan, 0])])
        }
        try expectRefusal(.notFinite, naming: "negative variances") {
            try checkpoint(
                "batch-5", replacing: ["model.model.1.model.2.running_var": ([8], .init(repeating: -1, count: 8))])
        }
        try expectRefusal(.foreign, naming: "instance") { try checkpoint("instance-6") }
        try expectRefusal(.foreign, naming: "no pix2pix U-Net generator") {
            var discriminator = SafetensorsWriter()
            let kernel = [Float](repeating: 0, count: 4 * 6 * 16)
            discriminator.add("model.0.weight", TensorShape([4, 6, 4, 4])!, kernel)
            return try WeightFile(bytes: discriminator.bytes())
        }
    }

    @Test("a kernel that does not fit 16 bits is refused, not stored as infinity")
    func overflow() throws {
        let file = try checkpoint(
            "odd-channels", replacing: ["model.3.weight": ([6, 2, 4, 4], .init(repeating: 1e6, count: 192))])
        let error = #expect(throws: NetworkError.self) {
            try importGenerator(file, normalisation: .running, as: .float16)
        }
        #expect(error?.code == .notFinite && error?.message.contains("up.0.weight") == true)
        _ = try importGenerator(file, normalisation: .running, as: .bfloat16)
    }

    @Test("the weight file is laid out as documented")
    func layout() throws {
        let running = try WeightFile(
            bytes: importGenerator(Fixture("batch-5").checkpoint, normalisation: .running, as: .float16))
        #expect(running.metadata == ["format": "neurallens-generator", "version": "1", "normalisation": "running"])
        #expect(running.entries["down.0.weight"]?.shape.extents == [4, 3, 4, 4])
        #expect(running.entries["down.0.weight"]?.type == .float16)
        #expect(running.entries["up.0.weight"]?.shape.extents == [8, 3, 4, 4])
        #expect(running.entries["up.0.bias"]?.type == .float32)
        #expect(running.entries["up.4.norm.variance"]?.shape.extents == [32])
        #expect(running.entries["down.0.norm.scale"] == nil && running.entries["down.4.norm.scale"] == nil)
        let instance = try WeightFile(
            bytes: importGenerator(Fixture("batch-5").checkpoint, normalisation: .instance))
        #expect(instance.entries["down.1.norm.scale"] != nil && instance.entries["down.1.norm.mean"] == nil)
    }

    @Test("import and run-network, from file to file, give what PyTorch gives")
    func fileToFile() throws {
        let folder = try TemporaryFolder()
        let fixture = Fixture("batch-6-half")
        let weights = folder.path("weights.safetensors")
        try importGenerator(path: fixture.path, to: weights, normalisation: .instance, as: .float16)
        try runNetwork(weights: weights, input: fixture.expectedPath, output: folder.path("y"), threads: 2)
        let result = try WeightFile(path: folder.path("y"))
        let expected = try fixture.expected
        #expect(result.entries["y"]?.shape == expected.entries["y.instance"]?.shape)
        let difference = try zip(result.floats("y"), expected.floats("y.instance")).map { abs($0 - $1) }.max()
        #expect(difference! < 1e-4)
    }

    @Test("run-network refuses what it cannot run")
    func runRefusals() throws {
        let folder = try TemporaryFolder()
        let fixture = Fixture("batch-5")
        let weights = folder.path("weights.safetensors")
        try importGenerator(path: fixture.path, to: weights, normalisation: .running)
        func refusal(weights path: String? = nil, input: String? = nil) -> NetworkError? {
            #expect(throws: NetworkError.self) {
                try runNetwork(
                    weights: path ?? weights, input: input ?? fixture.expectedPath, output: folder.path("y"), threads: 1
                )
            }
        }
        func image(_ shape: [Int], _ values: [Float]) throws -> String {
            var writer = SafetensorsWriter()
            writer.add("x", TensorShape(shape)!, values)
            let path = folder.path("x")
            try Data(writer.bytes()).write(to: URL(fileURLWithPath: path))
            return path
        }
        let zeros = [Float](repeating: 0, count: 3 * 32 * 32)
        #expect(refusal(weights: fixture.path)?.hint.contains("import") == true)
        #expect(refusal(weights: fixture.expectedPath)?.code == .foreign)
        #expect(refusal(input: weights)?.message.contains("no tensor x") == true)
        #expect(try refusal(input: image([3, 32, 32], zeros))?.code == .wrongShape)
        #expect(try refusal(input: image([1, 1, 96, 32], zeros))?.code == .wrongShape)
        #expect(try refusal(input: image([1, 3, 16, 64], zeros))?.code == .wrongSize)
        #expect(try refusal(input: image([1, 3, 32, 32], [.nan] + zeros.dropFirst()))?.code == .notFinite)
        #expect(!FileManager.default.fileExists(atPath: folder.path("y")))
        let unwritable = #expect(throws: NetworkError.self) {
            try runNetwork(weights: weights, input: fixture.expectedPath, output: "/nonexistent/y", threads: 1)
        }
        #expect(unwritable?.code == .cannotWrite)
        // A device stays what it is: another file in its place would break the machine.
        let pipe = FileManager.default.temporaryDirectory.appendingPathComponent("pipe-\(UUID().uuidString)").path
        try #require(mkfifo(pipe, 0o600) == 0)
        defer { unlink(pipe) }
        let special = #expect(throws: NetworkError.self) { try FileBytes.write([1, 2, 3], to: pipe) }
        #expect(special?.code == .cannotWrite && special?.message.contains("not a regular file") == true)
    }
}

/// A folder that goes with its owner.
final class TemporaryFolder {
    private let url = FileManager.default.temporaryDirectory.appendingPathComponent("neurallens-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }
}
