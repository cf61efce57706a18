internal import ArgumentParser
internal import Network

/// Brings a trained generator in from PyTorch.
struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Turn a pix2pix PyTorch checkpoint into a weight file.",
        discussion: """
            The checkpoint is the generator's state dict of the public pix2pix code (`model.model.0.weight`, ..., \
            whatever stands before it, such as `module.` or `netG.`), saved as safetensors. Layers and channels are \
            read from the shapes. `running` folds the stored statistics of batch normalisation into the weights; \
            `instance` takes them from each image, as pix2pix does at test time; `none` is for a network without \
            normalisation. What the tensors of the checkpoint contradict is refused; where they prove one of them, \
            --norm may be left out.
            """)

    @Argument(help: "State dict as safetensors.")
    var checkpoint: String

    @Option(name: [.customShort("o"), .long], help: "Weight file to write.")
    var output: String

    @Option(help: "running, instance or none. Default: what the tensors prove.")
    var norm: Normalisation?

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
                "\(output): \(make.layers) layers, \(make.baseChannels) base channels, \(make.inputChannels) to \(make.outputChannels) channels, \(make.normalisation.rawValue) normalisation, \(dtype.rawValue)"
            )
        } catch {
            throw fail(error.message, hint: error.hint)
        }
    }
}

extension Normalisation: ExpressibleByArgument {}
