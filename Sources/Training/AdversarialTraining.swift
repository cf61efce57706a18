import Kernels
import Network
package import Tensor

/// Generator and discriminator in training against each other (Isola et al. 2017): one `step` changes first the
/// discriminator, then the generator.
package final class AdversarialTraining {
    package struct Losses: Sendable, Equatable {
        /// Mean of the discriminator's cross-entropy on generated and real pairs.
        package var discriminator = 0.0
        /// Cross-entropy of generated pairs taken for real.
        package var adversarial = 0.0
        /// Distance of the result from the target, without its factor.
        package var result = 0.0

        package var areFinite: Bool { (discriminator + adversarial + result).isFinite }
    }

    package let generator: TrainableGenerator
    /// nil trains by the distance from the target alone.
    package let discriminator: PatchDiscriminator?
    package let loss: ResultLoss
    /// Of the distance from the target in the generator's loss.
    package let factor: Double
    package let adam = Adam()
    /// Of the generator's weights; nil where the newest are used.
    package let average: WeightAverage?

    /// To be filled before each step, -1...1: [height, width, channels].
    package var picture: FeatureMap { pair(0)[channels: 0..<pictureChannels] }
    package var target: FeatureMap { pair(1)[channels: pictureChannels..<pictureChannels + resultChannels] }
    /// What the generator made of the picture in the last step.
    package var result: FeatureMap { pair(0)[channels: pictureChannels..<pictureChannels + resultChannels] }
    /// Weights of the target's values in its distance, in order, 1 at first; nil where there are none.
    package let targetWeights: TensorBuffer<Float>?

    private let workspace: Workspace
    private let pairs: TensorBuffer<Float>
    private let gradients: TensorBuffer<Float>
    private let judgement: TensorBuffer<Float>?

    private var pictureChannels: Int { generator.description.inputChannels }
    private var resultChannels: Int { generator.description.outputChannels }
    private var pixels: Int { generator.height * generator.width }

    package init(
        generator: TrainableGenerator, discriminator: PatchDiscriminator?, loss: ResultLoss = .absolute,
        factor: Double = 100, weighted: Bool = false, averageDecay: Double = 0, workspace: Workspace
    ) {
        self.generator = generator
        self.discriminator = discriminator
        self.loss = loss
        self.factor = factor
        self.workspace = workspace
        average = averageDecay > 0 ? WeightAverage(of: generator.parameters, decay: averageDecay) : nil
        let pixels = generator.height * generator.width
        let results = generator.description.outputChannels
        pairs = TensorBuffer(count: 2 * pixels * (generator.description.inputChannels + results))
        gradients = TensorBuffer(count: pixels * results)
        judgement = discriminator == nil ? nil : TensorBuffer(count: pixels * results)
        targetWeights = weighted ? TensorBuffer(count: pixels * results) : nil
        targetWeights.map { $0.base.update(repeating: 1, count: $0.count) }
        workspace.reserve(channelSums: PixelChunks(pixels: pixels).count)
    }

    /// Picture and generated (0) or real (1) result, beside each other in each pixel.
    private func pair(_ index: Int) -> FeatureMap {
        let channels = pictureChannels + resultChannels
        return FeatureMap(
            base: pairs.base + index * pixels * channels, height: generator.height, width: generator.width,
            channels: channels, pixelStride: channels)
    }

    private func contiguous(_ buffer: TensorBuffer<Float>) -> FeatureMap {
        FeatureMap(
            base: buffer.base, height: generator.height, width: generator.width, channels: resultChannels,
            pixelStride: resultChannels)
    }

    /// All networks that steps change, by name.
    var networks: [(name: String, parameters: Parameters)] {
        [("generator", generator.parameters)] + (discriminator.map { [("discriminator", $0.parameters)] } ?? [])
    }

    /// Random numbers in all networks.
    func initialise(seed: UInt64) {
        generator.parameters.initialise(seed: seed, .weights)
        discriminator?.parameters.initialise(seed: seed, .discriminatorWeights)
    }

    /// Takes over what a step shows.
    func take(_ sample: Sample) {
        copy(sample.picture, to: picture)
        copy(sample.target, to: target)
        if let weights = sample.weights { targetWeights?.base.update(from: weights.base, count: weights.count) }
    }

    /// - rate: Adam's learning rate.
    /// - random: of dropout; nil for none.
    package func step(rate: Double, random: CounterRandom?) -> Losses {
        var losses = Losses()
        generator.load()
        generator.run(picture, into: result, random: random)
        if let discriminator {
            copy(picture, to: pair(1)[channels: 0..<pictureChannels])
            let parameters = discriminator.parameters
            parameters.clearGradients()
            discriminator.load()
            for (index, target) in [0.0, 1.0].enumerated() {
                discriminator.run(pair(index))
                losses.discriminator +=
                    LogisticLoss.evaluate(
                        discriminator.predictions, target: target, weight: 0.5,
                        gradient: discriminator.predictionGradient) / 2
                discriminator.backward(addsWeightGradients: true)
            }
            parameters.update(adam, rate: rate, in: workspace)
            discriminator.load()
            discriminator.run(pair(0))
            losses.adversarial = LogisticLoss.evaluate(
                discriminator.predictions, target: 1, weight: 1, gradient: discriminator.predictionGradient)
            discriminator.backward(addsWeightGradients: false, resultGradient: contiguous(judgement!))
        }
        generator.parameters.clearGradients()
        let gradient = contiguous(gradients)
        losses.result = loss.evaluate(
            result, target: target, weights: targetWeights.map { UnsafePointer($0.base) },
            other: judgement.map { UnsafePointer($0.base) }, factor: factor, gradient: gradient, in: workspace)
        generator.backward(gradient)
        generator.parameters.update(adam, rate: rate, in: workspace)
        average?.add(in: workspace)
        return losses
    }

    /// Has `body` run with the weights that are to be used: the average, where there is one.
    package func withWeightsInUse<Result, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let average else { return try body() }
        return try average.inPlace(body)
    }

    /// Runs the generator as in use, without changing anything.
    /// - Returns: mean absolute difference from the target, -1...1.
    package func validate(_ statistics: NormalisationStatistics) -> Double {
        let training = generator.statistics
        defer { generator.statistics = training }
        generator.statistics = statistics
        withWeightsInUse {
            generator.load()
            generator.run(picture, into: result, random: nil)
        }
        return ResultLoss.absolute.evaluate(
            result, target: target, other: nil, factor: 0, gradient: contiguous(gradients), in: workspace)
    }

    private func copy(_ from: FeatureMap, to: FeatureMap) {
        let chunks = PixelChunks(pixels: pixels)
        workspace.pool.run(tasks: chunks.count) { task, _ in
            for pixel in chunks[task] {
                for channel in 0..<from.channels {
                    to.base[pixel * to.pixelStride + channel] = from.base[pixel * from.pixelStride + channel]
                }
            }
        }
    }
}
