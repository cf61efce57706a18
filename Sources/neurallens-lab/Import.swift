internal import ArgumentParser
internal import Network

/// Brings a trained generator in from PyTorch.
struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Turn a pix2pix PyTorch checkpoint into a weight file.",
        discussion: """
            The checkpoint is the generator's state dict of the public pix2pix code (`model.model.0.weight`, ..., with \
            or without the first `model.`), saved as safetensors. Layers and channels are read from the shapes. \
            `running` folds the stored statistics of batch normalisation into the weights; `instance` takes them from \
            each image, as pix2pix does at test time.
            """)

    @Argument(help: "State dict as safetensors.")
    var checkpoint: String

    @Option(name: [.customShort("o"), .long], help: "Weight file to write.")
    var output: String

    @Option(help: "instance or running.")
    var norm: Normalisation

    @Option(help: "fp32, fp16 or bf16.")
    var dtype = WeightType.fp32

    enum WeightType: String, ExpressibleByArgument, CaseIterable {
        case fp32, fp16, bf16

        var scalar: ScalarType {
            switch self {
            case .fp32: .float32
            case .fp16: .float16
            case .bf16: .bfloat16
            }
        }
    }

    func run() throws {
        do throws(NetworkError) {
            try importGenerator(path: checkpoint, to: output, normalisation: norm, as: dtype.scalar)
            let make = try GeneratorWeights(WeightFile(path: output)).description
            print(
                "\(output): \(make.layers) layers, \(make.baseChannels) base channels, \(make.inputChannels) to \(make.outputChannels) channels, \(norm.rawValue) normalisation, \(dtype.rawValue)"
            )
        } catch {
            throw fail(error.message, hint: error.hint)
        }
    }
}

extension Normalisation: ExpressibleByArgument {}
