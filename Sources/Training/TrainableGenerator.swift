import Kernels
package import Network
package import Tensor

/// A pix2pix U-Net generator in training, for batches of one size.
///
/// As published: 4 x 4 layers of stride 2, LeakyReLU(0.2) before contracting and ReLU before expanding layers,
/// normalisation but for the first and the innermost contracting and the last expanding layer, dropout after the
/// expanding layers from eight times the base channels to as many, tanh at the end. One bias, on the last layer:
/// normalisation would take any other away again.
///
/// The images of a batch lie one below the other in every map, so that a layer is one convolution of them all. They are
/// normalised by the statistics of the batch, as PyTorch's BatchNorm2d does it.
package final class TrainableGenerator {
    package let description: GeneratorDescription
    /// Of an image.
    package let height: Int
    package let width: Int
    /// Of a batch.
    package let images: Int
    package let parameters: Parameters
    /// Share of values that dropout clears, 0..<1.
    package let dropout: Double
    package var statistics = NormalisationStatistics.collected

    let workspace: Workspace
    let contracting: [TrainableLayer]
    let expanding: [TrainableLayer]
    let contractingNorms: [BatchNormalisation?]
    /// Of the layer that fills the second half of a level's map; nil at the innermost.
    let expandedNorms: [BatchNormalisation?]
    let dropouts: [Dropout?]
    let levels: [LevelMap]
    /// Gradient that a contracting layer feeds back to the level above it.
    let fromBelow: [FeatureMap?]
    private let belowMemory: TensorBuffer<Float>
    /// The picture of the last `run`.
    var picture: FeatureMap?

    /// - height, width: of an image, multiples of 2^layers.
    package init(
        _ description: GeneratorDescription, height: Int, width: Int, images: Int = 1, dropout: Double = 0.5,
        workspace: Workspace
    ) {
        let depth = description.layers
        precondition(height % (1 << depth) == 0 && width % (1 << depth) == 0 && height > 0 && width > 0)
        precondition((0..<1).contains(dropout))
        self.description = description
        self.height = height
        self.width = width
        self.images = images
        self.dropout = dropout
        self.workspace = workspace
        let channels = description.channels
        func above(_ level: Int, _ outermost: Int) -> Int { level == 0 ? outermost : channels[level - 1] }

        var weights = TensorSlots()
        var runningSlots = TensorSlots()
        typealias Slots = (weight: Int, bias: Int?, norm: BatchNormalisation.Slots?)
        var downSlots: [Slots] = []
        var upSlots: [Slots] = []
        for level in 0..<depth {
            let name = "down.\(level)"
            let weight = weights.add(
                name + ".weight", [channels[level], above(level, description.inputChannels), 4, 4])
            let isNormalised = level > 0 && level < depth - 1
            let norm =
                isNormalised
                ? BatchNormalisation.Slots(name, channels: channels[level], &weights, &runningSlots) : nil
            downSlots.append((weight, nil, norm))
        }
        for level in 0..<depth {
            let name = "up.\(level)"
            let outputs = above(level, description.outputChannels)
            let weight = weights.add(
                name + ".weight", [level == depth - 1 ? channels[level] : 2 * channels[level], outputs, 4, 4])
            if level == 0 {
                upSlots.append((weight, weights.add(name + ".bias", [outputs]), nil))
            } else {
                let norm = BatchNormalisation.Slots(name, channels: outputs, &weights, &runningSlots)
                upSlots.append((weight, nil, norm))
            }
        }
        let parameters = Parameters(slots: weights, statistics: runningSlots)
        self.parameters = parameters

        contracting = (0..<depth).map { level in
            TrainableLayer(
                ConvolutionShape(
                    .down, height: height >> level, width: width >> level,
                    inputChannels: above(level, description.inputChannels), outputChannels: channels[level],
                    images: images),
                weight: downSlots[level].weight, bias: nil, parameters: parameters,
                gradientChannels: level == 0 ? 0..<0 : nil, workspace: workspace)
        }
        expanding = (0..<depth).map { level in
            TrainableLayer(
                ConvolutionShape(
                    .up, height: height >> (level + 1), width: width >> (level + 1),
                    inputChannels: level == depth - 1 ? channels[level] : 2 * channels[level],
                    outputChannels: above(level, description.outputChannels), images: images),
                weight: upSlots[level].weight, bias: upSlots[level].bias, parameters: parameters,
                finish: level == 0 ? .squash : .activation(.none), workspace: workspace)
        }
        let levels = (0..<depth).map { level in
            LevelMap(
                height: images * (height >> (level + 1)), width: width >> (level + 1),
                channels: level == depth - 1 ? channels[level] : 2 * channels[level])
        }
        self.levels = levels
        let dropouts = (0..<depth).map { level -> Dropout? in
            // pix2pix drops out only between layers of the greatest width, and not after the innermost.
            let drops = dropout > 0 && level >= 3 && level < depth - 2
            return drops
                ? Dropout(
                    level: level, rate: dropout, height: images * (height >> (level + 1)),
                    width: width >> (level + 1), channels: channels[level]) : nil
        }
        self.dropouts = dropouts
        func norm(
            _ slots: BatchNormalisation.Slots?, _ level: Int, _ first: Int,
            _ applied: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>)? = nil
        ) -> BatchNormalisation? {
            slots.map {
                BatchNormalisation(
                    $0, channels: channels[level], pixels: levels[level].values.height * levels[level].values.width,
                    parameters: parameters, scale: applied?.0 ?? levels[level].scale + first,
                    shift: applied?.1 ?? levels[level].shift + first, workspace: workspace)
            }
        }
        contractingNorms = (0..<depth).map { norm(downSlots[$0].norm, $0, 0) }
        expandedNorms = (0..<depth).map { level in
            guard level < depth - 1 else { return nil }
            return norm(upSlots[level + 1].norm, level, channels[level], dropouts[level].map { ($0.scale, $0.shift) })
        }
        belowMemory = TensorBuffer(count: images * (height / 2) * (width / 2) * channels[0])
        var below: [FeatureMap?] = []
        for level in 0..<depth {
            guard level < depth - 1 else {
                below.append(nil)
                continue
            }
            let map = levels[level].values
            precondition(map.height * map.width * channels[level] <= belowMemory.count)
            below.append(
                FeatureMap(
                    base: belowMemory.base, height: map.height, width: map.width, channels: channels[level],
                    pixelStride: channels[level]))
        }
        fromBelow = below
    }

    /// Takes over weights that have changed; to be called before the first run and after each change.
    package func load() { for layer in contracting + expanding { layer.load(in: workspace) } }

    /// - picture: [images * height, width, input channels], -1...1; kept by the caller until `backward` has run.
    /// - result: [images * height, width, output channels], -1...1.
    /// - random: of dropout; nil for none, as at test time.
    package func run(_ picture: FeatureMap, into result: FeatureMap, random: CounterRandom?) {
        self.picture = picture
        let depth = description.layers
        for level in 0..<depth {
            contracting[level].run(contractingInput(level), into: contracted(level), in: workspace)
            contractingNorms[level]?.normalise(contracted(level), by: statistics, in: workspace)
        }
        for level in (0..<depth).reversed() {
            guard level > 0 else {
                expanding[0].run(expandingInput(0), into: result, in: workspace)
                return
            }
            let target = level - 1
            let dropout = dropouts[target]
            let expanded = expanded(target)
            let raw = dropout?.raw ?? expanded
            expanding[level].run(expandingInput(level), into: raw, in: workspace)
            expandedNorms[target]!.normalise(raw, by: statistics, in: workspace)
            dropout?.apply(to: expanded, random: random, in: workspace)
        }
    }

    /// Run, gradient of the inputs (but for the picture) and of the weights, counted as direct sums, in 10^9
    /// operations.
    package var gigaflopOfStep: Double {
        let all = (contracting + expanding).reduce(0) { $0 + $1.shape.floatingPointOperations }
        return (3 * all - contracting[0].shape.floatingPointOperations) / 1e9
    }

    func contracted(_ level: Int) -> FeatureMap { levels[level].values[channels: 0..<description.channels[level]] }

    func expandedRange(_ level: Int) -> Range<Int> { description.channels[level]..<levels[level].values.channels }

    func expanded(_ level: Int) -> FeatureMap { levels[level].values[channels: expandedRange(level)] }

    func contractingInput(_ level: Int) -> ConvolutionInput {
        guard level > 0 else { return ConvolutionInput(picture!) }
        return levels[level - 1].input(
            0..<description.channels[level - 1], activation: .leaky, isPlain: contractingNorms[level - 1] == nil)
    }

    func expandingInput(_ level: Int) -> ConvolutionInput {
        levels[level].input(0..<levels[level].values.channels, activation: .rectified)
    }
}
