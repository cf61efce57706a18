import Foundation
import Kernels
import Network
import Tensor
import Testing

/// Checkpoints as people have them: wrapped by other programs, without normalisation, grey, or no checkpoints at all.
@Suite("Kinds of checkpoints")
struct CheckpointKindsTests {
    /// A fixture's tensors under other names, without its counters.
    private func renamed(
        _ fixture: String = "batch-5", adding: [String: [Int]] = [:], _ name: (String) -> String?
    ) throws -> WeightFile {
        let file = try Fixture(fixture).checkpoint
        var writer = SafetensorsWriter()
        for (old, entry) in file.entries.sorted(by: { $0.key < $1.key }) where entry.type != .int64 {
            if let new = name(old) { try writer.add(new, entry.shape, file.floats(old)) }
        }
        for (name, shape) in adding {
            writer.add(name, TensorShape(shape)!, [Float](repeating: 0, count: shape.reduce(1, *)))
        }
        return try WeightFile(bytes: writer.bytes(), source: "checkpoint")
    }

    private func refusal(_ file: WeightFile, _ normalisation: Normalisation?) -> String? {
        let error = #expect(throws: NetworkError.self) { try importGenerator(file, normalisation: normalisation) }
        return error.map { "\($0)" }
    }

    @Test(
        "what programs put before the names is taken off",
        arguments: ["module.", "_orig_mod.", "module._orig_mod.", "netG.", "state_dict.", "model.", "a.b.generator."])
    func prefixes(prefix: String) throws {
        let plain = try importGenerator(Fixture("batch-5").checkpoint, normalisation: .running)
        let wrapped = try renamed { prefix + $0 }
        let same = try importGenerator(wrapped, normalisation: .running) == plain
        #expect(same)
        // A whole training's file: the discriminator stands beside and is not the generator.
        let beside = try renamed(adding: ["netD.model.0.weight": [4, 6, 4, 4]]) { "netG." + $0 }
        let alsoSame = try importGenerator(beside, normalisation: .running) == plain
        #expect(alsoSame)
    }

    @Test("two generators in one file, and parts that a U-Net has not, are refused by name")
    func twoGenerators() throws {
        let file = try Fixture("batch-5").checkpoint
        var writer = SafetensorsWriter()
        for (name, entry) in file.entries where entry.type != .int64 {
            for prefix in ["netG_A.", "netG_B."] { try writer.add(prefix + name, entry.shape, file.floats(name)) }
        }
        let both = try WeightFile(bytes: writer.bytes(), source: "checkpoint")
        #expect(refusal(both, .running)?.contains("netG_A.model.model.0, netG_B.model.model.0") == true)
        let head = try renamed(adding: ["netG.head.weight": [3, 3, 1, 1]]) { "netG." + $0 }
        #expect(refusal(head, .running)?.contains("netG.head.weight") == true)
    }

    /// The instance fixture without the biases that pix2pix gives convolutions beside instance normalisation.
    private func withoutNormalisation() throws -> WeightFile {
        try renamed("instance-6") { name in
            name.hasSuffix(".bias") && name != "model.model.3.bias" ? nil : name
        }
    }

    @Test("no normalisation is recognised, computed as such, and never as another")
    func noNormalisation() throws {
        let checkpoint = try withoutNormalisation()
        #expect(refusal(checkpoint, .instance)?.contains("--norm none") == true)
        #expect(refusal(checkpoint, .running)?.contains("--norm none") == true)
        let proven = try importGenerator(checkpoint, normalisation: nil)
        let file = try WeightFile(bytes: proven)
        #expect(file.metadata["normalisation"] == "none")
        let asked = try importGenerator(checkpoint, normalisation: .absent) == proven
        #expect(asked)
        let (height, width) = (64, 128)
        let image = (0..<height * width * 3).map { Float(($0 * 7919) % 2001) / 1000 - 1 }
        let generator = try Generator(
            weights: GeneratorWeights(file), height: height, width: width, pool: WorkerPool(threads: 2))
        let expected = try PlainUNet(checkpoint, root: "model.").run(image, height: height, width: width)
        let result = generator.run(image)
        #expect(zip(result, expected).map { abs($0 - $1) }.max()! < 1e-4)
        #expect(expected.map(abs).max()! > 0.5)
    }

    @Test("a checkpoint that has normalisation is not imported without, nor with another than its own")
    func contradictions() throws {
        #expect(refusal(try Fixture("batch-5").checkpoint, .absent)?.contains("--norm running") == true)
        #expect(refusal(try Fixture("instance-6").checkpoint, .absent)?.contains("--norm instance") == true)
        // Statistics that PyTorch before 0.4 stored of instance normalisation are no running statistics.
        let old = try renamed(
            "instance-6",
            adding: [
                "model.model.1.model.2.running_mean": [8],
                "model.model.1.model.2.running_var": [8],
            ]
        ) { $0 }
        #expect(refusal(old, .running)?.contains("--norm instance") == true)
        let same =
            try importGenerator(old, normalisation: .instance)
            == importGenerator(Fixture("instance-6").checkpoint, normalisation: .instance)
        #expect(same)
        // Batch normalisation leaves the choice to the person; instance normalisation does not.
        let choice = try #require(refusal(Fixture("batch-5").checkpoint, nil))
        #expect(choice.contains("batch-5.safetensors has"))
        #expect(choice.contains("--norm instance") && choice.contains("--norm running"))
        let bare = try #require(refusal(renamed { $0.contains("running_") ? nil : $0 }, nil))
        #expect(bare.contains("--norm instance") && !bare.contains("--norm running"))
        let instance = try WeightFile(bytes: importGenerator(Fixture("instance-6").checkpoint, normalisation: nil))
        #expect(instance.metadata["normalisation"] == "instance")
    }

    @Test("one channel in and out is computed as one channel")
    func grey() throws {
        let file = try Fixture("odd-channels").checkpoint
        var writer = SafetensorsWriter()
        for (name, entry) in file.entries where entry.type != .int64 {
            let values = try file.floats(name)
            switch name {
            case "model.3.weight":
                writer.add(name, TensorShape([6, 1, 4, 4])!, (0..<6).flatMap { values[$0 * 32..<$0 * 32 + 16] })
            case "model.3.bias": writer.add(name, TensorShape([1])!, Array(values.prefix(1)))
            default: writer.add(name, entry.shape, values)
            }
        }
        let weights = try WeightFile(
            bytes: importGenerator(WeightFile(bytes: writer.bytes()), normalisation: .running))
        let fixture = Fixture("odd-channels")
        let (image, height, width) = try fixture.image()
        let generator = try Generator(
            weights: GeneratorWeights(weights), height: height, width: width, pool: WorkerPool(threads: 1))
        // The first of the two channels that PyTorch gave.
        let expected = try fixture.interleaved("y.running")
        let result = generator.run(image)
        #expect(result.count == height * width)
        #expect(result.indices.map { abs(result[$0] - expected[2 * $0]) }.max()! < 1e-4)
    }

    @Test("numbers of 64 bits are read")
    func doubles() throws {
        let file = try Fixture("batch-5").checkpoint
        var tensors: [(name: String, shape: [Int], values: [Double])] = []
        for (name, entry) in file.entries.sorted(by: { $0.key < $1.key }) where entry.type != .int64 {
            tensors.append((name, entry.shape.extents, try file.floats(name).map(Double.init)))
        }
        var offset = 0
        let entries = tensors.map { tensor in
            let end = offset + 8 * tensor.values.count
            defer { offset = end }
            return
                "\"\(tensor.name)\":{\"dtype\":\"F64\",\"shape\":\(tensor.shape),\"data_offsets\":[\(offset),\(end)]}"
        }
        let header = Array("{\(entries.joined(separator: ","))}".utf8)
        var bytes = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header
        for tensor in tensors { tensor.values.withUnsafeBytes { bytes += Array($0) } }
        let same =
            try importGenerator(WeightFile(bytes: bytes), normalisation: .running)
            == importGenerator(file, normalisation: .running)
        #expect(same)
    }

    @Test("files that are no safetensors are named for what they are")
    func foreignFiles() {
        func padded(_ start: [UInt8]) -> [UInt8] { start + [UInt8](repeating: 7, count: 400) }
        let zip = Array("PK\u{3}\u{4}".utf8) + [0, 0, 8, 8, 0, 0] + [UInt8](repeating: 0, count: 16)
        let kinds: [(bytes: [UInt8], what: String, hint: String)] = [
            (padded(zip + Array("latest_net_G/data.pkl".utf8)), "PyTorch pickles", "safetensors.torch"),
            (padded([0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46]), "PyTorch pickles", "safetensors.torch"),
            (padded(zip + Array("weights.npy".utf8)), "archive", "unpack"),
            (padded([0x1F, 0x8B, 8, 0]), "archive", "unpack"),
            (
                Array("version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 2\n".utf8), "Git LFS",
                "git lfs pull"
            ),
            (Array("<!DOCTYPE html><html>Sign in</html>".utf8), "web page", "download"),
            (Array("{\"weight_map\": {\"a\": \"b.safetensors\"}}".utf8), "text", "safetensors file"),
            (padded([0x89] + Array("HDF\r\n".utf8) + [0x1A, 0x0A]), "Keras", "pix2pix"),
            (padded([0x93] + Array("NUMPY".utf8)), "NumPy", "save_file"),
            (padded(Array("GGUF".utf8)), "GGUF", "pix2pix"),
        ]
        for (bytes, what, hint) in kinds {
            let error = #expect(throws: NetworkError.self) { try WeightFile(bytes: bytes, source: "lens.pth") }
            #expect(error?.message.contains("lens.pth") == true && error?.message.contains(what) == true)
            #expect(error?.hint.contains(hint) == true)
        }
    }

    @Test("other networks are named for what they are")
    func otherNetworks() throws {
        func file(_ tensors: [String: [Int]]) throws -> WeightFile {
            var writer = SafetensorsWriter()
            for (name, shape) in tensors {
                writer.add(name, TensorShape(shape)!, [Float](repeating: 0, count: shape.reduce(1, *)))
            }
            return try WeightFile(bytes: writer.bytes(), source: "checkpoint")
        }
        let resnet = try file(["model.1.weight": [8, 3, 7, 7], "model.10.conv_block.1.weight": [32, 32, 3, 3]])
        #expect(refusal(resnet, .instance)?.contains("ResNet") == true)
        #expect(refusal(try file(["unet.down_blocks.0.weight": [4]]), nil)?.contains("diffusion") == true)
        #expect(refusal(try file(["model.0.weight": [4, 6, 4, 4]]), nil)?.contains("discriminator") == true)
        #expect(refusal(try file(["encoder.weight": [4]]), nil)?.contains("encoder.weight") == true)
        #expect(refusal(try file([:]), nil)?.contains("no tensors") == true)
    }
}

/// The U-Net of pix2pix without normalisation, written down a second time as sums over taps.
private struct PlainUNet {
    private struct Level {
        let down: [Float], up: [Float]
        let inputs: Int, channels: Int, upInputs: Int, outputs: Int
        let bias: [Float]?
    }

    private var levels: [Level] = []

    init(_ file: WeightFile, root: String) throws {
        var names = [(down: root + "model.0", up: root + "model.3")]
        var block = root + "model.1."
        while file.entries[block + "model.5.weight"] != nil {
            names.append((block + "model.1", block + "model.5"))
            block += "model.3."
        }
        names.append((block + "model.1", block + "model.3"))
        for (down, up) in names {
            let first = file.entries[down + ".weight"]!.shape, second = file.entries[up + ".weight"]!.shape
            levels.append(
                Level(
                    down: try file.floats(down + ".weight"), up: try file.floats(up + ".weight"), inputs: first[1],
                    channels: first[0], upInputs: second[0], outputs: second[1],
                    bias: file.entries[up + ".bias"] == nil ? nil : try file.floats(up + ".bias")))
        }
    }

    func run(_ image: [Float], height: Int, width: Int) -> [Float] {
        level(0, image, height, width).map { tanh($0) }
    }

    /// What goes into level `index` and comes out of it, before what stands around it.
    private func level(_ index: Int, _ input: [Float], _ height: Int, _ width: Int) -> [Float] {
        let at = levels[index]
        let (h, w) = (height / 2, width / 2)
        var down = [Float](repeating: 0, count: h * w * at.channels)
        for y in 0..<h {
            for x in 0..<w {
                for ky in 0..<4 where (0..<height).contains(2 * y + ky - 1) {
                    for kx in 0..<4 where (0..<width).contains(2 * x + kx - 1) {
                        let from = ((2 * y + ky - 1) * width + 2 * x + kx - 1) * at.inputs
                        for output in 0..<at.channels {
                            var sum: Float = 0
                            for i in 0..<at.inputs {
                                let value = input[from + i]
                                sum +=
                                    (index > 0 && value < 0 ? 0.2 * value : value)
                                    * at.down[((output * at.inputs + i) * 4 + ky) * 4 + kx]
                            }
                            down[(y * w + x) * at.channels + output] += sum
                        }
                    }
                }
            }
        }
        var whole = down
        var channels = at.channels
        if index + 1 < levels.count {
            // LeakyReLU works in place in the public code: the skip connection carries what it gave.
            let below = level(index + 1, down, h, w), more = below.count / (h * w)
            channels += more
            whole = []
            for pixel in 0..<h * w {
                for channel in 0..<at.channels {
                    let value = down[pixel * at.channels + channel]
                    whole.append(value < 0 ? 0.2 * value : value)
                }
                whole += below[pixel * more..<(pixel + 1) * more]
            }
        }
        var up = [Float](repeating: 0, count: height * width * at.outputs)
        for y in 0..<height {
            for x in 0..<width {
                for output in 0..<at.outputs { up[(y * width + x) * at.outputs + output] = at.bias?[output] ?? 0 }
            }
        }
        for y in 0..<h {
            for x in 0..<w {
                for ky in 0..<4 where (0..<height).contains(2 * y + ky - 1) {
                    for kx in 0..<4 where (0..<width).contains(2 * x + kx - 1) {
                        let to = ((2 * y + ky - 1) * width + 2 * x + kx - 1) * at.outputs
                        for i in 0..<channels {
                            let value = max(0, whole[(y * w + x) * channels + i])
                            guard value > 0 else { continue }
                            for output in 0..<at.outputs {
                                up[to + output] += value * at.up[((i * at.outputs + output) * 4 + ky) * 4 + kx]
                            }
                        }
                    }
                }
            }
        }
        return up
    }
}
