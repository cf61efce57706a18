/// The state dict of a generator of the public pix2pix PyTorch code (`UnetGenerator` of
/// https://github.com/junyanz/pytorch-CycleGAN-and-pix2pix, models/networks.py), saved as safetensors.
///
/// Blocks nest, each a sequence with these places:
/// - outermost: convolution (0), the block inside (1), ReLU, transposed convolution (3);
/// - middle: LeakyReLU, convolution (1), normalisation (2), the block inside (3), ReLU, transposed convolution (5),
///   normalisation (6);
/// - innermost: LeakyReLU, convolution (1), ReLU, transposed convolution (3), normalisation (4).
package struct GeneratorCheckpoint {
    package let weights: GeneratorWeights

    /// - Throws: `.foreign`, `.wrongShape`, `.notFinite`.
    package init(_ file: WeightFile, normalisation: Normalisation) throws(NetworkError) {
        guard let root = Self.root(of: file) else {
            throw NetworkError(
                .foreign, "\(file.source) holds no pix2pix U-Net generator (no tensors model.model.0.weight and so on)",
                hint: "save the state dict of the generator (netG) alone, with safetensors")
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
        weights = try GeneratorWeights(
            file, contracting: contracting, expanding: expanding, normalisation: normalisation,
            ignoring: Set(norms.map { $0 + ".num_batches_tracked" }))
    }

    /// What stands before `model.0.weight`: nothing, or the names of the modules around the outermost block.
    static func root(of file: WeightFile) -> String? {
        ["model.", "", "module.model.", "module."].first {
            file.entries[$0 + "model.0.weight"] != nil && file.entries[$0 + "model.1.model.1.weight"] != nil
        }
    }
}
