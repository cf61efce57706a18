import Tensor

/// A generator's numbers as trained, each tensor of the shape its place asks for and every number finite.
package struct GeneratorWeights {
    package let description: GeneratorDescription
    /// Outermost first: contracting[0] reads the input.
    private(set) var contracting: [LayerWeights]
    /// Outermost first: expanding[0] gives the output.
    private(set) var expanding: [LayerWeights]

    init(description: GeneratorDescription, contracting: [LayerWeights], expanding: [LayerWeights]) {
        self.description = description
        self.contracting = contracting
        self.expanding = expanding
    }

    /// Hands out the layers from the outermost in, contracting or expanding, and keeps none of them: what is planned
    /// need not stay in memory as it was trained.
    mutating func takeContracting() -> LayerWeights { contracting.removeFirst() }
    mutating func takeExpanding() -> LayerWeights { expanding.removeFirst() }

    /// Reads the tensors that `contracting` and `expanding` name, outermost first, and infers the channels.
    /// - ignoring: tensors that may be there and say nothing about the result.
    /// - Throws: `.wrongShape`, `.notFinite`, `.foreign` (a tensor missing, or one too many).
    init(
        _ file: WeightFile, contracting: [LayerNames], expanding: [LayerNames], normalisation: Normalisation,
        ignoring: Set<String> = []
    ) throws(NetworkError) {
        precondition(contracting.count == expanding.count && contracting.count >= 2)
        let widths = try Self.channels(file, contracting, expanding)
        description = GeneratorDescription(
            inputChannels: widths.input, outputChannels: widths.output, normalisation: normalisation,
            channels: widths.layers)
        var reader = LayerReader(file: file, normalisation: normalisation)
        var down: [LayerWeights] = []
        var up: [LayerWeights] = []
        for level in contracting.indices {
            down.append(
                try reader.layer(
                    contracting[level],
                    shape: [description.channels[level], description.contractingInput(level), 4, 4],
                    outputs: description.channels[level], normalised: description.normalisesContracting(level)))
            up.append(
                try reader.layer(
                    expanding[level],
                    shape: [description.expandingInput(level), description.expandingOutput(level), 4, 4],
                    outputs: description.expandingOutput(level), normalised: description.normalisesExpanding(level)))
        }
        self.contracting = down
        self.expanding = up
        if let stranger = file.entries.keys.filter({ !reader.known.contains($0) && !ignoring.contains($0) }).min() {
            throw NetworkError(
                .foreign, "tensor \(stranger) of \(file.source) has no place in a pix2pix U-Net generator",
                hint: "check that the network is the plain U-Net of pix2pix")
        }
    }

    private static func channels(
        _ file: WeightFile, _ contracting: [LayerNames], _ expanding: [LayerNames]
    ) throws(NetworkError) -> (input: Int, output: Int, layers: [Int]) {
        func kernel(_ name: String) throws(NetworkError) -> TensorShape {
            guard let shape = file.entries[name]?.shape else {
                throw NetworkError(
                    .foreign, "\(file.source) has no tensor \(name)", hint: "check that it is the right file")
            }
            guard shape.rank == 4, shape[0] > 0, shape[1] > 0, shape[2] == 4, shape[3] == 4 else {
                throw NetworkError(
                    .wrongShape, "tensor \(name) of \(file.source) is \(shape), not [channels, channels, 4, 4]",
                    hint: "check that the network is the U-Net of pix2pix, with 4 x 4 kernels")
            }
            return shape
        }
        var layers: [Int] = []
        for names in contracting { layers.append(try kernel(names.weight)[0]) }
        return (try kernel(contracting[0].weight)[1], try kernel(expanding[0].weight)[1], layers)
    }
}

/// Reads layers and remembers which tensors it knows.
private struct LayerReader {
    let file: WeightFile
    let normalisation: Normalisation
    private(set) var known: Set<String> = []

    init(file: WeightFile, normalisation: Normalisation) {
        self.file = file
        self.normalisation = normalisation
    }

    mutating func layer(
        _ names: LayerNames, shape: [Int], outputs: Int, normalised: Bool
    ) throws(NetworkError) -> LayerWeights {
        let weight = try tensor(names.weight, shape)
        let bias = has(names.bias) ? try tensor(names.bias, [outputs]) : nil
        guard normalised else {
            return LayerWeights(
                weight: weight, weightShape: TensorShape(shape)!, bias: bias, affine: nil, statistics: nil)
        }
        known.formUnion(names.norm)
        var affine: LayerWeights.Affine?
        if has(names.scale) || has(names.shift) {
            affine = .init(scale: try tensor(names.scale, [outputs]), shift: try tensor(names.shift, [outputs]))
        }
        var statistics: LayerWeights.Statistics?
        if normalisation == .running {
            guard has(names.mean) && has(names.variance) else {
                throw NetworkError(
                    .foreign, "\(file.source) has no running statistics (\(names.mean), \(names.variance))",
                    hint: "the network was trained without them: use normalisation 'instance'")
            }
            let variance = try tensor(names.variance, [outputs])
            guard variance.allSatisfy({ $0 >= 0 }) else {
                throw NetworkError(
                    .notFinite, "tensor \(names.variance) of \(file.source) holds negative variances",
                    hint: "the file is damaged or no checkpoint of PyTorch; get it again")
            }
            statistics = .init(mean: try tensor(names.mean, [outputs]), variance: variance)
        }
        return LayerWeights(
            weight: weight, weightShape: TensorShape(shape)!, bias: bias, affine: affine, statistics: statistics)
    }

    private func has(_ name: String) -> Bool { file.entries[name] != nil }

    private mutating func tensor(_ name: String, _ extents: [Int]) throws(NetworkError) -> [Float] {
        known.insert(name)
        if let shape = file.entries[name]?.shape, shape.extents != extents {
            throw NetworkError(
                .wrongShape,
                "tensor \(name) of \(file.source) is \(shape), its place asks for \(TensorShape(extents)!)",
                hint: "check that all layers come from one pix2pix U-Net generator")
        }
        return try file.floats(name)
    }
}
