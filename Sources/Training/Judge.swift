import CTraining
import Kernels
package import Tensor

/// A discriminator with what it judges: pairs of picture and result at one scale, of which only a masked part may
/// matter.
package final class Judge {
    /// How the discriminators of a training judge.
    package struct Way: Sendable, Equatable {
        package var loss = AdversarialLoss.crossEntropy
        /// Of the distance between the discriminator's maps of generated and real pairs, layer by layer, in the
        /// generator's loss (feature matching, Wang et al. 2018); 0 for none.
        package var featureFactor = 0.0

        package init() {}
    }

    package let discriminator: PatchDiscriminator
    /// Pixels of the picture a side of one of the judge's.
    let scale: Int
    private let way: Way
    private let workspace: Workspace
    private let pairs: TensorBuffer<Float>
    private let gradients: TensorBuffer<Float>
    /// One a prediction, with a mean of 1; nil where all of the picture matters.
    private let weights: TensorBuffer<Float>?
    /// Of each picture that matters.
    private let shares: TensorBuffer<Double>
    /// Least share that a mask is taken for, so that a sliver of a grain does not count as much as a field of them.
    static let leastShare = 0.02

    /// - scale: 1, or 2 for a judge that sees means of 2 x 2 pixels, and so twice as far.
    /// - height, width: of a picture; divided by the scale multiples of 8, at least 24.
    /// - images: pictures of a batch.
    /// - judgedChannels: of the result, the first ones.
    package init(
        scale: Int, baseChannels: Int, pictureChannels: Int = 3, judgedChannels: Int = 3, height: Int, width: Int,
        images: Int = 1, isMasked: Bool = false, way: Way = Way(), workspace: Workspace
    ) {
        self.scale = scale
        self.way = way
        self.workspace = workspace
        discriminator = PatchDiscriminator(
            pictureChannels: pictureChannels, resultChannels: judgedChannels, baseChannels: baseChannels,
            height: height / scale, width: width / scale, images: images, matchesFeatures: way.featureFactor > 0,
            workspace: workspace)
        let pixels = images * height / scale * (width / scale)
        shares = TensorBuffer(count: images)
        shares.base.update(repeating: 1, count: images)
        pairs = TensorBuffer(count: 2 * pixels * (pictureChannels + judgedChannels))
        gradients = TensorBuffer(count: pixels * judgedChannels)
        let predictions = discriminator.predictions
        weights = isMasked ? TensorBuffer(count: predictions.height * predictions.width) : nil
    }

    private var judgedChannels: Int { discriminator.resultChannels }
    /// Rows of all pictures.
    private var height: Int { discriminator.images * discriminator.height }
    private var width: Int { discriminator.width }

    /// Pictures and generated (0) or real (1) results, beside each other in each pixel.
    private func pair(_ index: Int) -> FeatureMap {
        let channels = discriminator.pictureChannels + judgedChannels
        return FeatureMap(
            base: pairs.base + index * height * width * channels, height: height, width: width, channels: channels,
            pixelStride: channels)
    }

    /// Takes over what is to be judged.
    /// - mask: one value a pixel of the picture, 0...1: what it leaves out is black (-1) to the judge.
    package func show(picture: FeatureMap, target: FeatureMap, result: FeatureMap, mask: UnsafePointer<Float>?) {
        let ofPicture = discriminator.pictureChannels
        for index in 0..<2 {
            let pair = pair(index)
            reduce(picture, mask: nil, into: pair[channels: 0..<ofPicture])
            reduce(
                (index == 0 ? result : target)[channels: 0..<judgedChannels], mask: mask,
                into: pair[channels: ofPicture..<ofPicture + judgedChannels])
        }
        if let weights, let mask { weigh(mask, into: weights.base) }
    }

    /// Teaches the discriminator to tell the pairs apart; changes its weights.
    /// - Returns: the mean loss of both.
    package func learn(_ adam: Adam, rate: Double) -> Double {
        let parameters = discriminator.parameters
        parameters.clearGradients()
        discriminator.load()
        var loss = 0.0
        for (index, target) in [0.0, 1.0].enumerated() {
            discriminator.run(pair(index))
            loss += evaluate(target: target, weight: 0.5) / 2
            discriminator.backward(addsWeightGradients: true)
        }
        parameters.update(adam, rate: rate, in: workspace)
        return loss
    }

    /// What the generator learns from the judge.
    /// - gradient: of the generator's loss with respect to the result, [pixels of the picture, channels]; is added to.
    /// - Returns: loss of the generated pair taken for real, and distance of its maps from those of the real one.
    package func judge(addingTo gradient: FeatureMap, mask: UnsafePointer<Float>?) -> (
        adversarial: Double, features: Double
    ) {
        discriminator.load()
        if way.featureFactor > 0 {
            discriminator.run(pair(1))
            discriminator.keepFeatures()
        }
        discriminator.run(pair(0))
        let adversarial = evaluate(target: 1, weight: 1)
        let own = FeatureMap(
            base: gradients.base, height: height, width: width, channels: judgedChannels, pixelStride: judgedChannels)
        // Outside the mask both pairs are black and their maps are equal.
        let features = discriminator.backward(
            addsWeightGradients: false, resultGradient: own, featureFactor: way.featureFactor, shares: shares.base)
        add(own, to: gradient, mask: mask)
        return (adversarial, features)
    }

    private func evaluate(target: Double, weight: Double) -> Double {
        way.loss.evaluate(
            discriminator.predictions, target: target, weight: weight,
            weights: weights.map { UnsafePointer($0.base) }, gradient: discriminator.predictionGradient)
    }

    // MARK: Scale and mask

    /// Means of scale x scale pixels.
    private func reduce(_ from: FeatureMap, mask: UnsafePointer<Float>?, into to: FeatureMap) {
        let (scale, width, channels) = (scale, width, to.channels)
        let (inStride, outStride) = (from.pixelStride, to.pixelStride)
        let share = 1 / Float(scale * scale)
        workspace.pool.run(tasks: height) { y, _ in
            let out = to.pixel(y, 0)
            if scale == 1 && mask == nil {
                let values = from.pixel(y, 0)
                for x in 0..<width {
                    for channel in 0..<channels { out[x * outStride + channel] = values[x * inStride + channel] }
                }
                return
            }
            for row in 0..<scale {
                let line = y * scale + row
                let values = from.pixel(line, 0)
                let mask = mask.map { $0 + line * from.width }
                for x in 0..<width {
                    let sum = out + x * outStride
                    for column in x * scale..<(x + 1) * scale {
                        let pixel = values + column * inStride
                        let isFirst = row == 0 && column == x * scale
                        for channel in 0..<channels {
                            let value = mask.map { (pixel[channel] + 1) * $0[column] - 1 } ?? pixel[channel]
                            sum[channel] = isFirst ? value : sum[channel] + value
                        }
                    }
                }
            }
            for x in 0..<width where scale > 1 { for channel in 0..<channels { out[x * outStride + channel] *= share } }
        }
    }

    /// The way back of `reduce`.
    private func add(_ own: FeatureMap, to gradient: FeatureMap, mask: UnsafePointer<Float>?) {
        let scale = scale
        let share = 1 / Float(scale * scale)
        let (channels, inStride, outStride) = (own.channels, own.pixelStride, gradient.pixelStride)
        workspace.pool.run(tasks: gradient.height) { y, _ in
            let values = own.pixel(y / scale, 0)
            let sums = gradient.pixel(y, 0)
            let mask = mask.map { $0 + y * gradient.width }
            for x in 0..<gradient.width {
                let from = values + x / scale * inStride
                let to = sums + x * outStride
                let factor = share * (mask?[x] ?? 1)
                for channel in 0..<channels { to[channel] += factor * from[channel] }
            }
        }
    }

    /// A prediction counts where the mask reaches into the middle of what it sees.
    private func weigh(_ mask: UnsafePointer<Float>, into weights: UnsafeMutablePointer<Float>) {
        for image in 0..<discriminator.images {
            let map = discriminator.predictions.image(image, of: discriminator.images)
            let pixels = discriminator.height * scale * width * scale
            shares.base[image] = weigh(
                mask + image * pixels, map, into: weights + image * map.height * map.width)
        }
    }

    /// - Returns: the share of the picture that matters.
    private func weigh(
        _ mask: UnsafePointer<Float>, _ predictions: FeatureMap, into weights: UnsafeMutablePointer<Float>
    ) -> Double {
        let rowLength = width * scale
        var sum = 0.0
        for row in 0..<predictions.height {
            for column in 0..<predictions.width {
                // Prediction i looks at pixels about 8 i + 11.5: here 8 i + 4 to 8 i + 19.
                var isIn = false
                for y in stride(from: (8 * row + 5) * scale, to: (8 * row + 20) * scale, by: 3 * scale) {
                    for x in stride(from: (8 * column + 5) * scale, to: (8 * column + 20) * scale, by: 3 * scale)
                    where y < discriminator.height * scale && x < rowLength && mask[y * rowLength + x] > 0.5 {
                        isIn = true
                    }
                }
                weights[row * predictions.width + column] = isIn ? 1 : 0
                sum += isIn ? 1 : 0
            }
        }
        let count = predictions.height * predictions.width
        let share = max(sum / Double(count), Self.leastShare)
        for index in 0..<count { weights[index] /= Float(share) }
        return share
    }
}
