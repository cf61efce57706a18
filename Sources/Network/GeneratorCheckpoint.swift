/// The state dict of a generator of the public pix2pix PyTorch code (`UnetGenerator` of
/// https://github.com/junyanz/pytorch-CycleGAN-and-pix2pix, models/networks.py), saved as safetensors.
///
/// Blocks nest, each a sequence with these places:
/// - outermost: convolution (0), the block inside (1), ReLU, transposed convolution (3);
/// - middle: LeakyReLU, convolution (1), normalisation (2), the block inside (3), ReLU, transposed convolution (5),
///   normalisation (6);
/// - innermost: LeakyReLU, convolution (1), ReLU, transposed convolution (3), normalisation (4).
///
/// Whatever stands before the outermost block is taken off: programs that wrap the network (`module.`, `_orig_mod.`,
/// `netG.`, `state_dict.`) put their own names there.
package struct GeneratorCheckpoint {
    package let weights: GeneratorWeights

    /// - normalisation: nil takes what the tensors prove, and is refused where they leave a choice.
    /// - Throws: `.foreign`, `.wrongShape`, `.notFinite`.
    package init(_ file: WeightFile, normalisation: Normalisation?) throws(NetworkError) {
        let roots = Self.roots(of: file)
        guard let root = roots.first else { throw Self.unknown(file) }
        guard roots.count == 1 else {
            throw NetworkError(
                .foreign,
                "\(file.source) holds \(roots.count) generators (\(roots.map { "\($0)model.0" }.joined(separator: ", ")))",
                hint: "save the state dict of the one that is meant, alone")
        }
        var contracting = [LayerNames(convolution: root + "model.0", normalisation: root + "none")]
        var expanding = [LayerNames(convolution: root + "model.3", normalisation: root + "none")]
        var norms: [String] = []
        var block = root + "model.1."
        while true {
            let isMiddle = file.entries[block + "model.5.weight"] != nil
            let norm = (down: block + "model.2", up: block + (isMiddle ? "model.6" : "model.4"))
            contracting.append(LayerNames(convolution: block + "model.1", normalisation: norm.down))
            expanding.append(
                LayerNames(convolution: block + (isMiddle ? "model.5" : "model.3"), normalisation: norm.up))
            norms += isMiddle ? [norm.down, norm.up] : [norm.up]
            guard isMiddle else { break }
            block += "model.3."
        }
        let evidence = NormalisationEvidence(
            file, root: root, biases: contracting.dropFirst().map(\.bias) + expanding.dropFirst().map(\.bias))
        let chosen = try evidence.choose(normalisation)
        let beside = file.entries.keys.filter { !$0.hasPrefix(root) && Self.isNoPartOfAGenerator($0) }
        weights = try GeneratorWeights(
            file, contracting: contracting, expanding: expanding, normalisation: chosen,
            ignoring: Set(norms.map { $0 + ".num_batches_tracked" } + beside))
    }

    /// What stands before `model.0.weight` of each generator in the file: nothing, or the names of the modules around
    /// its outermost block. Sorted.
    static func roots(of file: WeightFile) -> [String] {
        let outermost = "model.0.weight"
        return file.entries.keys.filter { name in
            guard name.hasSuffix(outermost) else { return false }
            let root = name.dropLast(outermost.count)
            return (root.isEmpty || root.hasSuffix(".")) && file.entries[root + "model.1.model.1.weight"] != nil
        }.map { String($0.dropLast(outermost.count)) }.sorted()
    }

    /// Tensors that a whole training's checkpoint holds beside the generator, by a part of their names.
    private static func isNoPartOfAGenerator(_ name: String) -> Bool {
        name.lowercased().split(separator: ".").contains { part in
            ["netd", "discriminator", "criterion", "optim", "loss"].contains { part.hasPrefix($0) }
        }
    }

    /// Says what a file without a U-Net of pix2pix is, where its tensors' names tell.
    private static func unknown(_ file: WeightFile) -> NetworkError {
        let names = file.entries.keys.sorted()
        func isNamed(_ part: String) -> Bool { names.contains { $0.contains(part) } }
        let (what, hint): (String, String) =
            if isNamed("conv_block.") {
                (
                    "it is a ResNet generator (netG resnet_6blocks or resnet_9blocks)",
                    "NeuralLens runs the U-Net: train with --netG unet_256, or by neurallens-lab train"
                )
            } else if isNamed("lora_") {
                ("it is a LoRA adapter, not a whole network", "give the generator that it was trained for")
            } else if isNamed("down_blocks.") || isNamed("input_blocks.") || isNamed("diffusion_model.") {
                ("it is the network of a diffusion model", "give a U-Net generator of pix2pix")
            } else if names.contains(where: { $0.hasSuffix("model.0.weight") }) && !isNamed("model.1.") {
                ("it looks like a discriminator", "give the generator's file, latest_net_G, not latest_net_D")
            } else {
                (
                    names.isEmpty
                        ? "it holds no tensors"
                        : "its tensors are \(names.prefix(3).joined(separator: ", "))\(names.count > 3 ? ", ..." : "")",
                    "save the state dict of the generator (netG) alone, with safetensors"
                )
            }
        return NetworkError(
            .foreign,
            "\(file.source) holds no pix2pix U-Net generator (no tensors model.model.0.weight and so on): \(what)",
            hint: hint)
    }
}
