import Tensor

/// Our own weight file: safetensors with
/// - metadata `format` = "neurallens-generator", `version` = "1", `normalisation` = "running", "instance" or "none";
/// - `down.I.weight` [out, in, 4, 4] and `up.I.weight` [in, out, 4, 4], I = 0 outermost (`down.0` reads the input,
///   `up.0` gives the output), F32, F16 or BF16;
/// - `down.I.bias`, `up.I.bias` [out], where the layer has one;
/// - `….norm.scale`, `….norm.shift` [out], where the normalisation has them, and for "running" `….norm.mean`,
///   `….norm.variance` [out].
/// Vectors are always F32: they are few, and a variance need not fit 16 bits.
extension GeneratorWeights {
    static let format = "neurallens-generator"
    static let version = "1"

    /// - Throws: `.foreign` where the file is none of ours, `.wrongShape`, `.notFinite`.
    package init(_ file: WeightFile) throws(NetworkError) {
        guard file.metadata["format"] == Self.format else {
            guard GeneratorCheckpoint.roots(of: file).isEmpty else {
                throw NetworkError(
                    .foreign, "\(file.source) is a PyTorch checkpoint, not a weight file of NeuralLens",
                    hint: "import it first: "
                        + "neurallens-lab import \(file.source) -o FILE.safetensors --norm running|instance|none")
            }
            throw NetworkError(
                .foreign, "\(file.source) is not a weight file of NeuralLens (its metadata does not say so)",
                hint: "give a file that neurallens-lab import wrote")
        }
        guard file.metadata["version"] == Self.version else {
            throw NetworkError(
                .foreign,
                "\(file.source) has weight file version \(file.metadata["version"] ?? "none"), not \(Self.version)",
                hint: "use the version of NeuralLens that wrote it, or import the checkpoint again")
        }
        guard let normalisation = file.metadata["normalisation"].flatMap(Normalisation.init(rawValue:)) else {
            throw NetworkError(
                .foreign, "\(file.source) does not say which normalisation it was trained for",
                hint: "import the checkpoint again")
        }
        var layers = 0
        while file.entries["down.\(layers).weight"] != nil { layers += 1 }
        guard layers >= 2 else {
            throw NetworkError(
                .foreign, "\(file.source) has \(layers) contracting layers, a generator at least 2",
                hint: "import the checkpoint again")
        }
        try self.init(
            file, contracting: (0..<layers).map { LayerNames("down.\($0)") },
            expanding: (0..<layers).map { LayerNames("up.\($0)") }, normalisation: normalisation)
    }

    /// The bytes of a weight file; kernels as `type`, vectors as Float.
    package func serialised(as type: ScalarType) -> [UInt8] {
        var writer = SafetensorsWriter(metadata: [
            ("format", Self.format), ("version", Self.version),
            ("normalisation", description.normalisation.rawValue),
        ])
        func add(_ layer: LayerWeights, _ names: LayerNames) {
            func vector(_ name: String, _ values: [Float]?) {
                guard let values else { return }
                writer.add(name, TensorShape([values.count])!, values)
            }
            writer.add(names.weight, layer.weightShape, layer.weight, as: type)
            vector(names.bias, layer.bias)
            vector(names.scale, layer.affine?.scale)
            vector(names.shift, layer.affine?.shift)
            vector(names.mean, layer.statistics?.mean)
            vector(names.variance, layer.statistics?.variance)
        }
        for (level, layer) in contracting.enumerated() { add(layer, LayerNames("down.\(level)")) }
        for (level, layer) in expanding.enumerated() { add(layer, LayerNames("up.\(level)")) }
        return writer.bytes()
    }
}
