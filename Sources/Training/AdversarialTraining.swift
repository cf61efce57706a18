import CTraining
import Kernels
import Network
package import Tensor

/// Generator and discriminators in training against each other (Isola et al. 2017): one `step` changes first the
/// discriminators, then the generator.
package final class AdversarialTraining {
    package struct Losses: Sendable, Equatable {
        /// Mean loss of the discriminators on generated and real pairs.
        package var discriminator = 0.0
        /// Mean loss of generated pairs taken for real.
        package var adversarial = 0.0
        /// Mean distance between the discriminators' maps of generated and real pairs, without its factor.
        package var features = 0.0
        /// Distance of the result from the target, without its factor.
        package var result = 0.0
        /// Pinball loss of the interval's bounds, without its factor.
        package var interval = 0.0

        package var areFinite: Bool { (discriminator + adversarial + features + result + interval).isFinite }
    }

    package let generator: TrainableGenerator
    /// None trains by the distance from the target alone. What they say is added up.
    package let judges: [Judge]
    package let loss: ResultLoss
    /// Of the distance from the target in the generator's loss.
    package let factor: Double
    package let adam = Adam()
    /// Of the generator's weights; nil where the newest are used.
    package let average: WeightAverage?

    /// To be filled before each step, -1...1: [images * height, width, channels], the images of the batch one below the
    /// other.
    package let picture: FeatureMap
    package let target: FeatureMap
    /// What the generator made of the pictures in the last step.
    package let result: FeatureMap
    /// Weights of the targets' values in their distance, in order, 1 at first; nil where there are none.
    package let targetWeights: TensorBuffer<Float>?
    /// What of the pictures matters, one value a pixel, 0...1; nil where all of them does.
    package let mask: TensorBuffer<Float>?

    private let workspace: Workspace
    private let memory: TensorBuffer<Float>
    /// With respect to the result: what the judges say, then the whole, before tanh.
    private let judgement: FeatureMap
    private let gradient: FeatureMap

    /// Of an image of the batch.
    private var pixels: Int { generator.height * generator.width }
    private var images: Int { generator.images }

    package init(
        generator: TrainableGenerator, judges: [Judge], loss: ResultLoss = .absolute, factor: Double = 100,
        weighted: Bool = false, masked: Bool = false, averageDecay: Double = 0, workspace: Workspace
    ) {
        self.generator = generator
        self.judges = judges
        self.loss = loss
        self.factor = factor
        self.workspace = workspace
        average = averageDecay > 0 ? WeightAverage(of: generator.parameters, decay: averageDecay) : nil
        let pixels = generator.images * generator.height * generator.width
        let (inputs, outputs) = (generator.description.inputChannels, generator.description.outputChannels)
        precondition(loss != .interval || outputs == 3)
        let memory = TensorBuffer<Float>(count: pixels * (inputs + 4 * outputs))
        self.memory = memory
        func map(after channelsBefore: Int, channels: Int) -> FeatureMap {
            FeatureMap(
                base: memory.base + pixels * channelsBefore, height: generator.images * generator.height,
                width: generator.width, channels: channels, pixelStride: channels)
        }
        picture = map(after: 0, channels: inputs)
        target = map(after: inputs, channels: outputs)
        result = map(after: inputs + outputs, channels: outputs)
        judgement = map(after: inputs + 2 * outputs, channels: outputs)
        gradient = map(after: inputs + 3 * outputs, channels: outputs)
        targetWeights = weighted ? TensorBuffer(count: pixels * outputs) : nil
        targetWeights.map { $0.base.update(repeating: 1, count: $0.count) }
        mask = masked ? TensorBuffer(count: pixels) : nil
        mask.map { $0.base.update(repeating: 1, count: $0.count) }
        workspace.reserve(channelSums: 2 * PixelChunks(pixels: pixels).count)
    }

    /// All networks that steps change, by name.
    var networks: [(name: String, parameters: Parameters)] {
        [("generator", generator.parameters)]
            + judges.map {
                ($0.scale == 1 ? "discriminator" : "discriminator-\($0.scale)", $0.discriminator.parameters)
            }
    }

    /// Random numbers in all networks.
    package func initialise(seed: UInt64) {
        generator.parameters.initialise(seed: seed, .weights)
        for judge in judges {
            // Other numbers for each.
            let own = judge.scale == 1 ? seed : CounterRandom(seed: seed, .discriminatorWeights).number(judge.scale)
            judge.discriminator.parameters.initialise(seed: own, .discriminatorWeights)
        }
    }

    /// Takes over what a step shows as one image of its batch.
    func take(_ sample: Sample, as image: Int) {
        for (map, own) in [(picture, sample.picture), (target, sample.target)] {
            map.image(image, of: images).base.update(from: own.base, count: pixels * map.channels)
        }
        for (all, own) in [(targetWeights, sample.weights), (mask, sample.mask)] {
            guard let all, let own else { continue }
            (all.base + image * own.count).update(from: own.base, count: own.count)
        }
    }

    /// - rate: Adam's learning rate.
    /// - random: of dropout; nil for none.
    package func step(rate: Double, random: CounterRandom?) -> Losses {
        var losses = Losses()
        generator.load()
        generator.run(picture, into: result, random: random)
        if !judges.isEmpty { judgement.base.update(repeating: 0, count: images * pixels * judgement.channels) }
        let mask = mask.map { UnsafePointer($0.base) }
        for judge in judges {
            judge.show(picture: picture, target: target, result: result, mask: mask)
            losses.discriminator += judge.learn(adam, rate: rate) / Double(judges.count)
            let said = judge.judge(addingTo: judgement, mask: mask)
            losses.adversarial += said.adversarial / Double(judges.count)
            losses.features += said.features / Double(judges.count)
        }
        generator.parameters.clearGradients()
        (losses.result, losses.interval) = loss.evaluate(
            result, target: target, weights: targetWeights.map { UnsafePointer($0.base) },
            other: judges.isEmpty ? nil : UnsafePointer(judgement.base), factor: factor, gradient: gradient,
            in: workspace)
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
    /// - statistics: the running ones where there are several images.
    /// - Returns: of each image, mean absolute difference from the target, -1...1, of what the mask leaves; nil where that
    ///   is nothing.
    package func validate(_ statistics: NormalisationStatistics) -> [Double?] {
        let training = generator.statistics
        defer { generator.statistics = training }
        generator.statistics = statistics
        withWeightsInUse {
            generator.load()
            generator.run(picture, into: result, random: nil)
        }
        return (0..<images).map(distance)
    }

    /// Of the result from the target.
    private func distance(ofImage image: Int) -> Double? {
        let channels = loss == .interval ? 1 : result.channels
        let chunks = PixelChunks(pixels: pixels)
        let first = image * pixels
        let sums = workspace.channelSums.base
        workspace.pool.run(tasks: chunks.count) { task, _ in
            var (sum, weight) = (0.0, 0.0)
            for pixel in first + chunks[task].lowerBound..<first + chunks[task].upperBound {
                let own = Double(mask?.base[pixel] ?? 1)
                guard own > 0 else { continue }
                weight += own
                for channel in 0..<channels {
                    let at = pixel * result.channels + channel
                    sum += own * Double(abs(result.base[at] - target.base[at]))
                }
            }
            sums[2 * task] = sum
            sums[2 * task + 1] = weight
        }
        let sum = (0..<chunks.count).reduce(0) { $0 + sums[2 * $1] }
        let weight = (0..<chunks.count).reduce(0) { $0 + sums[2 * $1 + 1] }
        return weight > 0 ? sum / (weight * Double(channels)) : nil
    }
}
