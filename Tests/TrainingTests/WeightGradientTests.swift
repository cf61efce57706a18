import Kernels
import Tensor
import Testing
import Training

/// The gradient of a layer of stride 2 with respect to its weights, against the sum that defines it.
@Suite("Gradients of weights")
struct WeightGradientTests {
    struct Case: Sendable, CustomTestStringConvertible {
        /// Of the map with fewer pixels.
        let height: Int
        let width: Int
        let large: Int
        let small: Int
        var images = 1

        var testDescription: String {
            "\(images) times \(height) x \(width) x \(small), \(large) channels in twice as many pixels"
        }
    }

    static let cases = [
        Case(height: 1, width: 1, large: 8, small: 16), Case(height: 5, width: 7, large: 24, small: 16),
        // More tiles than are in memory at a time, and more rows than a task takes.
        Case(height: 70, width: 68, large: 8, small: 48),
        // Batches: of fewer positions than a product takes, of images that end within it, of tiles of several images.
        Case(height: 2, width: 2, large: 40, small: 16, images: 5),
        Case(height: 5, width: 7, large: 24, small: 16, images: 6),
        Case(height: 16, width: 16, large: 16, small: 32, images: 20),
    ]

    private func numbers(_ count: Int, seed: UInt64) -> [Float] {
        var random = CounterRandom(seed: seed, .sample)
        return (0..<count).map { _ in Float(random.uniform(-1...1)) }
    }

    private func gradients(_ test: Case, threads: Int) -> (direct: [Float], winograd: [Float], expected: [Double]) {
        let (height, width) = (2 * test.height, 2 * test.width)
        let largeValues = numbers(test.images * height * width * test.large, seed: 1)
        let smallValues = numbers(test.images * test.height * test.width * test.small, seed: 2)
        let scale = numbers(test.large, seed: 3)
        let shift = numbers(test.large, seed: 4)
        var expected = [Double](repeating: 0, count: 16 * test.large * test.small)
        for line in 0..<test.images * test.height {
            let (image, y) = line.quotientAndRemainder(dividingBy: test.height)
            for x in 0..<test.width {
                for tap in 0..<16 {
                    let (row, column) = (2 * y - 1 + tap / 4, 2 * x - 1 + tap % 4)
                    guard (0..<height).contains(row), (0..<width).contains(column) else { continue }
                    for l in 0..<test.large {
                        let v =
                            Double(largeValues[((image * height + row) * width + column) * test.large + l])
                            * Double(scale[l])
                            + Double(shift[l])
                        let active = v > 0 ? v : v * Double(Float(0.2))
                        for s in 0..<test.small {
                            let g = max(Double(smallValues[(line * test.width + x) * test.small + s]), 0)
                            expected[(s * test.large + l) * 16 + tap] += active * g
                        }
                    }
                }
            }
        }
        let workspace = Workspace(pool: WorkerPool(threads: threads))
        let ways: [any LayerWeightGradient] = [
            WeightGradient(
                largeChannels: test.large, smallChannels: test.small, height: test.height, width: test.width,
                images: test.images, stride: 2, workspace: workspace),
            WinogradWeightGradient(
                largeChannels: test.large, smallChannels: test.small, height: test.height, width: test.width,
                images: test.images, workspace: workspace),
        ]
        let large = TensorBuffer<Float>(count: largeValues.count)
        let small = TensorBuffer<Float>(count: smallValues.count)
        large.base.update(from: largeValues, count: largeValues.count)
        small.base.update(from: smallValues, count: smallValues.count)
        let results = scale.withUnsafeBufferPointer { scale in
            shift.withUnsafeBufferPointer { shift in
                ways.map { way in
                    // What is there stays: gradients are added.
                    var sums = [Float](repeating: 1, count: expected.count)
                    way.add(
                        large: ConvolutionInput(
                            FeatureMap(
                                base: large.base, height: test.images * height, width: width, channels: test.large,
                                pixelStride: test.large),
                            scale: scale.baseAddress, shift: shift.baseAddress, activation: .leaky),
                        small: ConvolutionInput(
                            FeatureMap(
                                base: small.base, height: test.images * test.height, width: test.width,
                                channels: test.small, pixelStride: test.small),
                            activation: .rectified),
                        to: &sums, in: workspace)
                    return sums.map { $0 - 1 }
                }
            }
        }
        withExtendedLifetime((large, small)) {}
        return (results[0], results[1], expected)
    }

    @Test("direct and by Winograd", arguments: cases)
    func matchesDefinition(_ test: Case) {
        let (direct, winograd, expected) = gradients(test, threads: 2)
        let spread = (expected.map { $0 * $0 }.reduce(0, +) / Double(expected.count)).squareRoot()
        for result in [direct, winograd] {
            let worst = zip(result, expected).map { abs(Double($0) - $1) }.max()!
            #expect(worst < 1e-5 * (spread + 1))
        }
    }

    @Test("the number of threads does not change a bit", arguments: cases)
    func sameBits(_ test: Case) {
        let one = gradients(test, threads: 1)
        let three = gradients(test, threads: 3)
        #expect(one.direct == three.direct && one.winograd == three.winograd)
    }
}
