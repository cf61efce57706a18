import CTraining
import Kernels
package import Tensor

/// The 70 x 70 patch discriminator of pix2pix in training, for batches of one size: says of every patch of a pair (picture
/// and result, channel after channel) whether the result is a real one.
///
/// As published: 4 x 4 layers to `base` x 1, 2, 4 channels at stride 2, x 8 and 1 at stride 1; LeakyReLU(0.2) between;
/// normalisation but after the first and the last, which have a bias instead. The pairs of a batch lie one below the
/// other and are normalised together.
package final class PatchDiscriminator {
    package let parameters: Parameters
    /// What is judged: the picture's channels first.
    package let pictureChannels: Int
    package let resultChannels: Int
    /// One number a patch, a logit: above 0 for real.
    package let predictions: FeatureMap
    /// With respect to the predictions: what `backward` starts from.
    package let predictionGradient: FeatureMap

    /// Of a pair.
    package let height: Int
    package let width: Int
    /// Pairs of a batch.
    package let images: Int

    private let workspace: Workspace
    private let halving: [TrainableLayer]
    private let keeping: [StrideOneLayer]
    /// After each layer but the last.
    private let maps: [LevelMap]
    private let norms: [BatchNormalisation?]
    private let fed: TensorBuffer<Float>
    private let judged: TensorBuffer<Float>
    /// After each layer but the last, activated, as they were at `keepFeatures`; empty where they are never compared.
    private let features: [TensorBuffer<Float>]
    private var pairs: FeatureMap?
    /// Of the maps from the kept ones, one a pair.
    private let distances: TensorBuffer<Double>

    /// - height, width: multiples of 8, at least 24.
    /// - matchesFeatures: makes room for `keepFeatures`.
    package init(
        pictureChannels: Int = 3, resultChannels: Int = 3, baseChannels: Int, height: Int, width: Int, images: Int = 1,
        matchesFeatures: Bool = false, workspace: Workspace
    ) {
        precondition(height % 8 == 0 && width % 8 == 0 && min(height, width) >= 24 && baseChannels > 0)
        self.pictureChannels = pictureChannels
        self.resultChannels = resultChannels
        self.height = height
        self.width = width
        self.images = images
        self.workspace = workspace
        let inputs = [
            pictureChannels + resultChannels, baseChannels, 2 * baseChannels, 4 * baseChannels, 8 * baseChannels,
        ]
        let outputs = Array(inputs[1...]) + [1]
        var weights = TensorSlots()
        var statistics = TensorSlots()
        var places: [(weight: Int, bias: Int?, norm: BatchNormalisation.Slots?)] = []
        for layer in 0..<5 {
            let name = "layer.\(layer)"
            let weight = weights.add(name + ".weight", [outputs[layer], inputs[layer], 4, 4])
            if layer == 0 || layer == 4 {
                places.append((weight, weights.add(name + ".bias", [outputs[layer]]), nil))
            } else {
                places.append(
                    (weight, nil, .init(name, channels: outputs[layer], &weights, &statistics)))
            }
        }
        let parameters = Parameters(slots: weights, statistics: statistics)
        self.parameters = parameters
        /// Sides of a layer's input.
        func side(_ length: Int, _ layer: Int) -> Int { layer < 4 ? length >> layer : length / 8 - (layer - 3) }
        halving = (0..<3).map { layer in
            TrainableLayer(
                ConvolutionShape(
                    .down, height: side(height, layer), width: side(width, layer), inputChannels: inputs[layer],
                    outputChannels: outputs[layer], images: images), weight: places[layer].weight,
                bias: places[layer].bias,
                parameters: parameters, gradientChannels: layer == 0 ? pictureChannels..<inputs[0] : nil,
                workspace: workspace)
        }
        keeping = (3..<5).map { layer in
            StrideOneLayer(
                height: side(height, layer), width: side(width, layer), images: images, inputChannels: inputs[layer],
                outputChannels: outputs[layer], weight: places[layer].weight, bias: places[layer].bias,
                parameters: parameters, workspace: workspace)
        }
        let maps = (0..<4).map { layer in
            LevelMap(height: images * side(height, layer + 1), width: side(width, layer + 1), channels: outputs[layer])
        }
        self.maps = maps
        norms = (0..<4).map { layer in
            places[layer].norm.map {
                BatchNormalisation(
                    $0, channels: outputs[layer], pixels: maps[layer].values.height * maps[layer].values.width,
                    parameters: parameters, scale: maps[layer].scale, shift: maps[layer].shift, workspace: workspace)
            }
        }
        features =
            matchesFeatures
            ? maps.map { TensorBuffer(count: $0.values.height * $0.values.width * $0.values.channels) } : []
        workspace.reserve(channelSums: PixelChunks(pixels: maps[0].values.height * maps[0].values.width).count)
        fed = TensorBuffer(count: maps.map { $0.values.height * $0.values.width * $0.values.channels }.max()!)
        distances = TensorBuffer(count: images)
        let (patchHeight, patchWidth) = (images * side(height, 5), side(width, 5))
        judged = TensorBuffer(count: 2 * patchHeight * patchWidth)
        predictions = FeatureMap(
            base: judged.base, height: patchHeight, width: patchWidth, channels: 1, pixelStride: 1)
        predictionGradient = FeatureMap(
            base: judged.base + patchHeight * patchWidth, height: patchHeight, width: patchWidth, channels: 1,
            pixelStride: 1)
    }

    /// Both pairs forward and back with weight gradients, then the generated pair forward and back to the result,
    /// counted as direct sums, in 10^9 operations.
    package var gigaflopOfStep: Double {
        let first = halving[0].shape.floatingPointOperations
        let rest =
            halving[1...].reduce(0) { $0 + $1.shape.floatingPointOperations }
            + keeping.reduce(0) { $0 + $1.floatingPointOperations }
        let share = Double(resultChannels) / Double(pictureChannels + resultChannels)
        return (8 * rest + (5 + share) * first) / 1e9
    }

    /// Takes over weights that have changed; to be called before the first run and after each change.
    package func load() {
        for layer in halving { layer.load(in: workspace) }
        for layer in keeping { layer.load(in: workspace) }
    }

    /// Fills `predictions`.
    /// - pairs: [images * height, width, picture and result channels], kept by the caller until `backward` has run.
    package func run(_ pairs: FeatureMap) {
        self.pairs = pairs
        for layer in 0..<5 {
            if layer < 3 {
                halving[layer].run(input(layer), into: maps[layer].values, in: workspace)
            } else {
                keeping[layer - 3].run(
                    input(layer), into: layer == 4 ? predictions : maps[layer].values, in: workspace)
            }
            if layer < 4 { norms[layer]?.normalise(maps[layer].values, by: .collected, in: workspace) }
        }
    }

    /// Remembers the maps of the last run, for the next one to be compared with.
    package func keepFeatures() {
        for (kept, layer) in zip(features, 1...) {
            let input = input(layer)
            let map = input.map
            let chunks = PixelChunks(pixels: map.height * map.width)
            workspace.pool.run(tasks: chunks.count) { task, _ in
                let pixels = chunks[task]
                operations.pointee.gather_pixels(
                    map.base + pixels.lowerBound * map.pixelStride, Int32(map.channels), map.pixelStride,
                    Int32(pixels.count), input.activation.negativeSlope, input.scale, input.shift,
                    kept.base + pixels.lowerBound * map.channels, Int32(map.channels), map.channels)
            }
        }
    }

    /// Goes back from `predictionGradient`.
    /// - addsWeightGradients: to those of all weights.
    /// - resultGradient: where given, receives the gradient with respect to the results, [images * height, width,
    ///   result channels].
    /// - featureFactor: of the distance of the maps from the kept ones, in the gradient.
    /// - shares: by which the distance of each pair is divided; nil for 1.
    /// - Returns: mean absolute difference of the maps from the kept ones, added up over layers; 0 without a factor.
    @discardableResult
    package func backward(
        addsWeightGradients: Bool, resultGradient: FeatureMap? = nil, featureFactor: Double = 0,
        shares: UnsafePointer<Double>? = nil
    ) -> Double {
        distances.base.update(repeating: 0, count: images)
        var upstream = predictionGradient
        for layer in (0..<5).reversed() {
            if addsWeightGradients {
                if layer < 3 {
                    halving[layer].addWeightGradient(input: input(layer), gradient: upstream, in: workspace)
                } else {
                    keeping[layer - 3].addWeightGradient(input: input(layer), gradient: upstream, in: workspace)
                }
            }
            guard layer > 0 else {
                if let resultGradient { halving[0].inputGradient(of: upstream, into: resultGradient, in: workspace) }
                return (0..<images).reduce(0) { $0 + distances.base[$1] / (shares?[$1] ?? 1) } / Double(images)
            }
            let map = maps[layer - 1]
            let fedBack = FeatureMap(
                base: fed.base, height: map.values.height, width: map.values.width, channels: map.values.channels,
                pixelStride: map.values.channels)
            if layer < 3 {
                halving[layer].inputGradient(of: upstream, into: fedBack, in: workspace)
            } else {
                keeping[layer - 3].inputGradient(of: upstream, into: fedBack, in: workspace)
            }
            if featureFactor > 0 {
                for image in 0..<images {
                    distances.base[image] += match(
                        layer, image, featureFactor / (shares?[image] ?? 1), addingTo: fedBack)
                }
            }
            map.backward(
                0..<map.values.channels, first: .init(gradient: fedBack, activation: .leaky),
                normalisation: norms[layer - 1], in: workspace)
            upstream = map.gradient
        }
        return 0
    }

    /// Of what a layer reads of one pair from what it read when the features were kept.
    /// - factor: of the pair's distance.
    private func match(_ layer: Int, _ image: Int, _ factor: Double, addingTo gradient: FeatureMap) -> Double {
        let input = input(layer)
        let map = input.map
        let chunks = PixelChunks(pixels: map.height / images * map.width)
        let start = image * chunks.pixels
        let count = Double(chunks.pixels * map.channels)
        let own = Float(factor / (count * Double(images)))
        let sums = workspace.channelSums.base
        workspace.pool.run(tasks: chunks.count) { task, _ in
            let pixels = chunks[task]
            let first = (start + pixels.lowerBound) * map.channels
            sums[task] = 0
            operations.pointee.match_features(
                map.base + (start + pixels.lowerBound) * map.pixelStride, map.pixelStride,
                input.activation.negativeSlope,
                input.scale, input.shift, features[layer - 1].base + first, own, Int32(pixels.count),
                Int32(map.channels), gradient.base + first, sums + task)
        }
        return (0..<chunks.count).reduce(0) { $0 + sums[$1] } / count
    }

    private func input(_ layer: Int) -> ConvolutionInput {
        guard layer > 0 else { return ConvolutionInput(pairs!) }
        let map = maps[layer - 1]
        return map.input(0..<map.values.channels, activation: .leaky, isPlain: norms[layer - 1] == nil)
    }
}
