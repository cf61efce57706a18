import Foundation
import Kernels
import Network
import Tensor
import Testing
import Training

/// Every gradient against central differences of the same network in double precision. A network holds every kind of
/// layer, and each of its tensors is compared by itself.
struct GradientTests {
    typealias Tensors = [String: [Double]]

    /// Largest share that the difference may have of the true gradient, as root mean squares of a tensor.
    static let tolerance = 2e-4

    enum Statistics {
        case ofTheImage
        /// The running ones, left as they are.
        case running
        /// The image's own, brought to what the running ones gave by numbers that do not change with the weights.
        case renormalised(Corrections)
    }

    /// Factor and shift a channel of each normalisation, by its name; taken once.
    final class Corrections {
        var values: [String: (factor: [Double], shift: [Double])] = [:]
    }

    // MARK: Generator

    static let shallow = [3, 8, 5, 4]
    /// Deep enough for dropout: pix2pix drops out between layers of the greatest width, from the fourth on.
    static let deep = [2, 3, 2, 4, 3, 4]

    static func generator(_ widths: [Int], dropout: Double) -> (TrainableGenerator, Workspace) {
        let workspace = Workspace(pool: WorkerPool(threads: 2))
        // The innermost map has 2 x 2 pixels, or 1.
        let side = widths.count == shallow.count ? 32 : 64
        let generator = TrainableGenerator(
            GeneratorDescription(normalisation: .running, channels: widths), height: side, width: side,
            dropout: dropout, workspace: workspace)
        randomise(generator.parameters)
        return (generator, workspace)
    }

    static func generated(
        _ picture: Image, _ tensors: Tensors, _ statistics: Statistics, dropping: CounterRandom?, depth: Int,
        level: Int = 0
    ) -> Image {
        func norm(_ image: Image, _ name: String) -> Image {
            let (scale, shift) = (tensors[name + ".norm.scale"]!, tensors[name + ".norm.shift"]!)
            let (mean, variance) = (tensors[name + ".norm.mean"]!, tensors[name + ".norm.variance"]!)
            switch statistics {
            case .ofTheImage: return image.normalised(scale: scale, shift: shift)
            case .running: return image.normalised(scale: scale, shift: shift, mean: mean, variance: variance)
            case .renormalised(let corrections):
                if corrections.values[name] == nil {
                    let own = image.moments
                    let deviations = variance.map { ($0 + 1e-5).squareRoot() }
                    corrections.values[name] = (
                        scale.indices.map { (own.variance[$0] + 1e-5).squareRoot() / deviations[$0] },
                        scale.indices.map { (own.mean[$0] - mean[$0]) / deviations[$0] }
                    )
                }
                let (factor, offset) = corrections.values[name]!
                return image.normalised(
                    scale: scale.indices.map { scale[$0] * factor[$0] },
                    shift: scale.indices.map { shift[$0] + scale[$0] * offset[$0] })
            }
        }
        var x = (level == 0 ? picture : picture.leaky).convolved(tensors["down.\(level).weight"]!, stride: 2)
        if level > 0 && level < depth - 1 { x = norm(x, "down.\(level)") }
        if level < depth - 1 {
            var below = generated(x, tensors, statistics, dropping: dropping, depth: depth, level: level + 1)
            if let dropping, level == 3, depth == deep.count { below = dropped(below, dropping, level) }
            x = x.joined(below)
        }
        x = x.rectified.expanded(tensors["up.\(level).weight"]!, bias: tensors["up.\(level).bias"])
        return level == 0 ? x.map(tanh) : norm(x, "up.\(level)")
    }

    static func dropped(_ image: Image, _ random: CounterRandom, _ level: Int) -> Image {
        var result = image
        let stream = CounterRandom(seed: random.number(level), .dropout)
        for y in 0..<image.height {
            for x in 0..<image.width {
                for c in 0..<image.channels {
                    let bits = stream.number((y * image.width + x) * image.channels + c) >> 32
                    result[y, x, c] = bits < 1 << 31 ? 0 : 2 * image[y, x, c]
                }
            }
        }
        return result
    }

    @Test(arguments: [ResultLoss.absolute, .crossEntropy])
    func generatorGradientsAreThoseOfFiniteDifferences(loss: ResultLoss) {
        let (generator, workspace) = Self.generator(Self.shallow, dropout: 0)
        Self.check(generator, workspace, loss: loss, statistics: .ofTheImage, random: nil)
    }

    @Test func renormalisedGradientsAreThoseOfFiniteDifferences() {
        let (generator, workspace) = Self.generator(Self.shallow, dropout: 0)
        generator.statistics = .renormalised(share: 1)
        Self.check(generator, workspace, loss: .absolute, statistics: .renormalised(Corrections()), random: nil)
    }

    /// What a step learns from is what the network gives in use, and the running statistics follow the images: mean, and
    /// variance about the mean of all of them.
    @Test func renormalisedMapsAreThoseOfTheRunningStatistics() {
        let (generator, _) = Self.generator(Self.shallow, dropout: 0)
        let before = Self.tensors(generator.parameters)
        let picture = Image(32, 32, 3, Self.numbers(32 * 32 * 3, seed: 1))
        let memory = TensorBuffer<Float>(count: 2 * 32 * 32 * 3)
        let maps = (0..<2).map {
            FeatureMap(base: memory.base + $0 * 32 * 32 * 3, height: 32, width: 32, channels: 3, pixelStride: 3)
        }
        Self.fill(maps[0], picture.values)
        generator.statistics = .renormalised(share: 1)
        generator.load()
        generator.run(maps[0], into: maps[1], random: nil)
        let expected = Self.generated(picture, before, .running, dropping: nil, depth: 4)
        for channel in 0..<3 {
            for pixel in stride(from: 0, to: 32 * 32, by: 7) {
                let difference = Double(maps[1].base[pixel * 3 + channel]) - expected.values[channel * 1024 + pixel]
                #expect(abs(difference) < 1e-4)
            }
        }
        let after = Self.tensors(generator.parameters)
        let name = "down.1.norm"
        let raw = picture.convolved(before["down.0.weight"]!, stride: 2).leaky
            .convolved(before["down.1.weight"]!, stride: 2)
        for channel in 0..<8 {
            let (old, new) = (before[name + ".mean"]![channel], after[name + ".mean"]![channel])
            let values = raw.values[channel * 64..<(channel + 1) * 64]
            #expect(abs(new - (old + 0.01 * (raw.moments.mean[channel] - old))) < 1e-5)
            let around = values.reduce(0) { $0 + ($1 - old) * ($1 - old) } / 64
            let grown = before[name + ".variance"]![channel] * 0.99 + 0.01 * around
            // The variance within an image is taken as unbiased.
            #expect(abs(after[name + ".variance"]![channel] / grown - 1) < 1e-3)
        }
    }

    @Test func gradientsPassThroughDropout() {
        let (generator, workspace) = Self.generator(Self.deep, dropout: 0.5)
        Self.check(
            generator, workspace, loss: .absolute, statistics: .ofTheImage,
            random: CounterRandom(seed: 3, .dropout, 1))
    }

    static func check(
        _ generator: TrainableGenerator, _ workspace: Workspace, loss: ResultLoss, statistics: Statistics,
        random: CounterRandom?
    ) {
        let tensors = tensors(generator.parameters)
        let side = generator.height
        let count = side * side * 3
        let picture = Self.numbers(count, seed: 1)
        let target = Self.numbers(count, seed: 12).map { $0 * 0.9 }
        // A weight a value, and the gradient of another loss: a linear one.
        let weights = Self.numbers(count, seed: 3).map { 1 + 0.5 * $0 }
        let other = Self.numbers(count, seed: 4).map { $0 * 1e-3 }

        let memory = TensorBuffer<Float>(count: 6 * count)
        func map(_ index: Int) -> FeatureMap {
            FeatureMap(base: memory.base + index * count, height: side, width: side, channels: 3, pixelStride: 3)
        }
        for (index, values) in [picture, target, weights, other].enumerated() { Self.fill(map(index), values) }
        generator.load()
        generator.parameters.clearGradients()
        generator.run(map(0), into: map(4), random: random)
        let value = loss.evaluate(
            map(4), target: map(1), weights: map(2).base, other: map(3).base, factor: 10, gradient: map(5),
            in: workspace
        ).result
        generator.backward(map(5))

        func distance(_ result: Image) -> Double {
            var sum = 0.0
            for index in 0..<count {
                let y = result.values[index]
                let t = target[index]
                sum +=
                    weights[index]
                    * (loss == .absolute
                        ? abs(y - t) : -((1 + t) / 2 * log((1 + y) / 2) + (1 - t) / 2 * log((1 - y) / 2)))
            }
            return sum / Double(count)
        }
        func total(_ tensors: Tensors) -> Double {
            let result = generated(
                Image(side, side, 3, picture), tensors, statistics, dropping: random,
                depth: generator.description.layers)
            return 10 * distance(result) + zip(other, result.values).reduce(0) { $0 + $1.0 * $1.1 }
        }
        let expected = distance(
            generated(
                Image(side, side, 3, picture), tensors, statistics, dropping: random,
                depth: generator.description.layers))
        #expect(abs(value - expected) < 1e-5)
        compare(generator.parameters, tensors, total)
    }

    // MARK: Discriminator

    static func judged(_ pair: Image, _ tensors: Tensors) -> Image { judgedMaps(pair, tensors).last! }

    /// What each layer hands on, and the predictions.
    static func judgedMaps(_ pair: Image, _ tensors: Tensors) -> [Image] {
        var x = pair
        var maps: [Image] = []
        for layer in 0..<5 {
            x = x.convolved(
                tensors["layer.\(layer).weight"]!, bias: tensors["layer.\(layer).bias"], stride: layer < 3 ? 2 : 1)
            if (1...3).contains(layer) {
                x = x.normalised(
                    scale: tensors["layer.\(layer).norm.scale"]!, shift: tensors["layer.\(layer).norm.shift"]!)
            }
            if layer < 4 { x = x.leaky }
            maps.append(x)
        }
        return maps
    }

    @Test(arguments: [0.0, 1.0])
    func discriminatorGradientsAreThoseOfFiniteDifferences(target: Double) throws {
        let workspace = Workspace(pool: WorkerPool(threads: 2))
        let discriminator = PatchDiscriminator(baseChannels: 2, height: 40, width: 32, workspace: workspace)
        Self.randomise(discriminator.parameters)
        let tensors = Self.tensors(discriminator.parameters)
        let pixels = 40 * 32
        let values = Self.numbers(pixels * 6, seed: 5)
        let memory = TensorBuffer<Float>(count: pixels * 9)
        let pair = FeatureMap(base: memory.base, height: 40, width: 32, channels: 6, pixelStride: 6)
        let resultGradient = FeatureMap(
            base: memory.base + pixels * 6, height: 40, width: 32, channels: 3, pixelStride: 3)
        Self.fill(pair, values)
        discriminator.load()
        discriminator.parameters.clearGradients()
        discriminator.run(pair)
        let value = AdversarialLoss.crossEntropy.evaluate(
            discriminator.predictions, target: target, weight: 0.5, gradient: discriminator.predictionGradient)
        discriminator.backward(addsWeightGradients: true, resultGradient: resultGradient)

        func loss(_ image: Image, _ tensors: Tensors) -> Double {
            let logits = Self.judged(image, tensors).values
            let sum = logits.reduce(0) { $0 - log(target == 1 ? 1 / (1 + exp(-$1)) : 1 - 1 / (1 + exp(-$1))) }
            return sum / Double(logits.count)
        }
        let image = Image(40, 32, 6, values)
        #expect(abs(value - loss(image, tensors)) < 1e-5)
        Self.compare(discriminator.parameters, tensors) { 0.5 * loss(image, $0) }
        // The gradient that the generator learns from.
        var (difference, size) = (0.0, 0.0)
        for index in stride(from: 3 * pixels, to: 6 * pixels, by: 37) {
            let expected = Self.slope(at: image.values[index]) {
                var moved = image
                moved.values[index] = $0
                return 0.5 * loss(moved, tensors)
            }
            let pixel = index % pixels
            let found = Double(resultGradient.base[pixel * 3 + index / pixels - 3])
            difference += (found - expected) * (found - expected)
            size += expected * expected
        }
        #expect(size > 0)
        #expect((difference / size).squareRoot() < Self.tolerance)
    }

    // MARK: Comparison

    /// Central difference, fourth order.
    static func slope(at value: Double, _ function: (Double) -> Double) -> Double {
        let h = 1e-6
        return (8 * (function(value + h) - function(value - h)) - function(value + 2 * h) + function(value - 2 * h))
            / (12 * h)
    }

    /// - total: the loss as a function of all tensors.
    static func compare(_ parameters: Parameters, _ tensors: Tensors, _ total: (Tensors) -> Double) {
        for slot in parameters.slots.slots {
            var (difference, size) = (0.0, 0.0)
            for index in Swift.stride(from: 0, to: slot.shape.count, by: max(1, slot.shape.count / 12) | 1) {
                let expected = slope(at: tensors[slot.name]![index]) {
                    var moved = tensors
                    moved[slot.name]![index] = $0
                    return total(moved)
                }
                let found = Double(parameters.gradients.base[slot.offset + index])
                difference += (found - expected) * (found - expected)
                size += expected * expected
            }
            #expect(size > 0, "\(slot.name) has no gradient")
            let share = (difference / size).squareRoot()
            #expect(share < tolerance, "\(slot.name): gradients differ by \(share) of their size")
        }
    }

    // MARK: Numbers

    static func tensors(_ parameters: Parameters) -> Tensors {
        Dictionary(
            uniqueKeysWithValues: parameters.everything.map { slot, buffer in
                (slot.name, (0..<slot.shape.count).map { Double(buffer.base[slot.offset + $0]) })
            })
    }

    /// In -1...1, each a Float.
    static func numbers(_ count: Int, seed: UInt64) -> [Double] {
        var random = CounterRandom(seed: seed, .sample)
        return (0..<count).map { _ in Double(Float(random.uniform(-1...1))) }
    }

    /// Channels first to channels last.
    static func fill(_ map: FeatureMap, _ values: [Double]) {
        let pixels = map.height * map.width
        for pixel in 0..<pixels {
            for channel in 0..<map.channels {
                map.base[pixel * map.pixelStride + channel] = Float(values[channel * pixels + pixel])
            }
        }
    }

    /// Numbers that make every tensor count.
    static func randomise(_ parameters: Parameters) {
        parameters.initialise(seed: 0, .weights)
        for (index, (slot, buffer)) in parameters.everything.enumerated() {
            var random = CounterRandom(seed: 9, .weights, index)
            for element in 0..<slot.shape.count {
                let value =
                    slot.name.hasSuffix("variance") || slot.name.hasSuffix("scale")
                    ? random.uniform(0.5...1.5) : random.normal() * 0.2
                buffer.base[slot.offset + element] = Float(value)
            }
        }
    }
}
