import Foundation
import Kernels
import Tensor
import Testing
import Training

/// What a judge of half the scale, whose pairs are masked, tells the generator.
struct JudgeTests {
    /// Of the picture; a judge sees half of it. The predictions of the lower right are far from the mask.
    static let (height, width) = (96, 112)

    /// A disc with a soft edge.
    static let mask: [Double] = (0..<height * width).map { pixel in
        let (x, y) = (Double(pixel % width) - 40, Double(pixel / width) - 44)
        return Double(Float(min(1, max(0, 20 - (x * x + y * y).squareRoot()) / 4)))
    }

    /// As the lens would see it: black (-1) outside the mask, then means of 2 x 2 pixels.
    static func shown(_ image: Image, isMasked: Bool) -> Image {
        var half = Image(height / 2, width / 2, image.channels)
        for c in 0..<image.channels {
            for y in 0..<height {
                for x in 0..<width {
                    let value = image[y, x, c]
                    half[y / 2, x / 2, c] += (isMasked ? (value + 1) * mask[y * width + x] - 1 : value) / 4
                }
            }
        }
        return half
    }

    /// Weights of the predictions, stated anew: 1 where the mask passes 1/2 in the middle of what is seen.
    static func weights(_ height: Int, _ width: Int) -> [Double] {
        let inside = (0..<height * width).map { place -> Double in
            let rows = 16 * (place / width) + 10..<16 * (place / width) + 40
            let columns = 16 * (place % width) + 10..<16 * (place % width) + 40
            return rows.contains { y in
                columns.contains { x in
                    y < Self.height && x < Self.width && (y - rows.lowerBound) % 6 == 0
                        && (x - columns.lowerBound) % 6 == 0 && mask[y * Self.width + x] > 0.5
                }
            } ? 1 : 0
        }
        let share = max(inside.reduce(0, +) / Double(inside.count), 0.02)
        return inside.map { $0 / share }
    }

    @Test(arguments: AdversarialLoss.allCases, [1, 3])
    func gradientsAreThoseOfFiniteDifferences(loss: AdversarialLoss, judgedChannels: Int) {
        let workspace = Workspace(pool: WorkerPool(threads: 2))
        var way = Judge.Way()
        way.loss = loss
        way.featureFactor = 10
        let judge = Judge(
            scale: 2, baseChannels: 2, judgedChannels: judgedChannels, height: Self.height, width: Self.width,
            isMasked: true, way: way, workspace: workspace)
        GradientTests.randomise(judge.discriminator.parameters)
        let tensors = GradientTests.tensors(judge.discriminator.parameters)
        let pixels = Self.height * Self.width
        let images = (0..<3).map {
            Image(Self.height, Self.width, 3, GradientTests.numbers(pixels * 3, seed: UInt64(20 + $0)))
        }
        let memory = TensorBuffer<Float>(count: pixels * 12)
        let maps = (0..<4).map {
            FeatureMap(
                base: memory.base + $0 * pixels * 3, height: Self.height, width: Self.width, channels: 3, pixelStride: 3
            )
        }
        for (map, image) in zip(maps, images) { GradientTests.fill(map, image.values) }
        let (picture, target, result) = (images[0], images[1], images[2])
        let floatMask = Self.mask.map(Float.init)
        let said = floatMask.withUnsafeBufferPointer { mask in
            judge.show(picture: maps[0], target: maps[1], result: maps[2], mask: mask.baseAddress!)
            return judge.judge(addingTo: maps[3], mask: mask.baseAddress!)
        }

        func pair(_ image: Image) -> Image {
            var judged = Self.shown(image, isMasked: true)
            judged = Image(
                judged.height, judged.width, judgedChannels,
                Array(
                    judged.values.prefix(
                        judged.height * judged.width * judgedChannels)))
            return Self.shown(picture, isMasked: false).joined(judged)
        }
        let real = GradientTests.judgedMaps(pair(target), tensors)
        let weights = Self.weights(real[4].height, real[4].width)
        #expect(weights.contains(0) && weights.contains { $0 > 1 })
        let share = 1 / weights.max()!
        func total(_ result: Image) -> (adversarial: Double, features: Double) {
            let maps = GradientTests.judgedMaps(pair(result), tensors)
            let adversarial =
                zip(maps[4].values, weights).reduce(0) { sum, next in
                    sum + next.1 * (loss == .crossEntropy ? -log(1 / (1 + exp(-next.0))) : (next.0 - 1) * (next.0 - 1))
                } / Double(weights.count)
            let features = (0..<4).reduce(0.0) { sum, layer in
                sum + zip(maps[layer].values, real[layer].values).reduce(0) { $0 + abs($1.0 - $1.1) }
                    / Double(maps[layer].values.count)
            }
            return (adversarial, features / share)
        }
        let expected = total(result)
        #expect(abs(said.adversarial - expected.adversarial) < 1e-4 * expected.adversarial)
        #expect(abs(said.features - expected.features) < 1e-4 * expected.features)
        var (difference, size) = (0.0, 0.0)
        for index in stride(from: 0, to: judgedChannels * pixels, by: judgedChannels == 1 ? 997 : 1499) {
            let slope = GradientTests.slope(at: result.values[index]) { value in
                var moved = result
                moved.values[index] = value
                let total = total(moved)
                return total.adversarial + 10 * total.features
            }
            let found = Double(maps[3].base[index % pixels * 3 + index / pixels])
            if Self.mask[index % pixels] == 0 { #expect(found == 0) }
            difference += (found - slope) * (found - slope)
            size += slope * slope
        }
        #expect(size > 0)
        #expect((difference / size).squareRoot() < 1e-3, "\((difference / size).squareRoot())")
    }

    @Test func aJudgeLearnsToTellRealFromGenerated() {
        let workspace = Workspace(pool: WorkerPool(threads: 2))
        let judge = Judge(scale: 1, baseChannels: 4, height: 32, width: 32, workspace: workspace)
        judge.discriminator.parameters.initialise(seed: 1, .discriminatorWeights)
        let memory = TensorBuffer<Float>(count: 32 * 32 * 9)
        let maps = (0..<3).map {
            FeatureMap(base: memory.base + $0 * 32 * 32 * 3, height: 32, width: 32, channels: 3, pixelStride: 3)
        }
        for (index, map) in maps.enumerated() {
            GradientTests.fill(
                map, GradientTests.numbers(32 * 32 * 3, seed: UInt64(index)).map { $0 * Double(index) / 2 })
        }
        judge.show(picture: maps[0], target: maps[1], result: maps[2], mask: nil)
        let losses = (0..<30).map { _ in judge.learn(Adam(), rate: 1e-3) }
        #expect(losses[29] < 0.5 * losses[0])
    }
}
