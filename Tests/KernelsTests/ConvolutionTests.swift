import Foundation
import Kernels
import Tensor
import Testing

@Suite("Convolutions against the literal definition")
struct ConvolutionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let shape: ConvolutionShape
        let activation: Activation
        let normalised: Bool
        /// nil: the one that is chosen for the shape.
        var algorithm: ConvolutionAlgorithm?

        init(
            _ direction: ConvolutionShape.Direction, _ height: Int, _ width: Int, _ inputs: Int, _ outputs: Int,
            _ activation: Activation = .none, normalised: Bool = false, images: Int = 1
        ) {
            shape = ConvolutionShape(
                direction, height: height, width: width, inputChannels: inputs, outputChannels: outputs, images: images)
            self.activation = activation
            self.normalised = normalised
        }

        var testDescription: String {
            "\(shape.images) times \(shape.direction) \(shape.height) x \(shape.width) x \(shape.inputChannels) to \(shape.outputChannels), "
                + "\(activation), normalised \(normalised), \(algorithm.map { "\($0)" } ?? "as chosen")"
        }
    }

    /// Every shape by every algorithm: as chosen, direct in pieces, Winograd in pieces of odd sizes.
    static let cases = shapes.flatMap { shape in
        [
            nil, .direct(rows: 2, blocks: 3), .winogradByTiles(tiles: 5), .winogradByPoints(tiles: 12),
        ].map { (algorithm: ConvolutionAlgorithm?) in
            var test = shape
            test.algorithm = algorithm
            return test
        }
    }

    static let shapes = [
        Case(.down, 2, 2, 1, 1), Case(.down, 2, 2, 5, 7, .leaky), Case(.down, 2, 6, 8, 16, .leaky),
        Case(.down, 12, 8, 3, 16), Case(.down, 6, 10, 13, 3, .leaky, normalised: true),
        Case(.down, 16, 34, 16, 24, .leaky, normalised: true), Case(.down, 4, 4, 64, 130, .leaky),
        Case(.down, 14, 10, 136, 264, .leaky),
        Case(.up, 1, 1, 1, 1), Case(.up, 1, 1, 9, 5, .rectified), Case(.up, 1, 3, 8, 3, .rectified),
        Case(.up, 7, 5, 6, 3, .rectified), Case(.up, 5, 9, 7, 11, .rectified, normalised: true),
        Case(.up, 9, 17, 32, 8, .rectified, normalised: true), Case(.up, 2, 2, 72, 66, .rectified),
        Case(.up, 8, 11, 128, 65, .rectified), Case(.up, 15, 16, 256, 128, .rectified),
        // Batches: of few positions and many weights, of rows a task, of tiles that fill several images.
        Case(.down, 4, 4, 64, 130, .leaky, images: 3), Case(.down, 6, 10, 13, 3, .leaky, normalised: true, images: 2),
        Case(.down, 16, 16, 40, 64, .leaky, normalised: true, images: 5),
        Case(.up, 2, 2, 72, 66, .rectified, normalised: true, images: 4), Case(.up, 7, 5, 6, 3, .rectified, images: 3),
        Case(.up, 8, 8, 136, 136, .rectified, images: 8),
    ]

    @Test("values, statistics and neighbouring channels", arguments: cases)
    func matchesDefinition(_ test: Case) {
        let layer = TestLayer(test.shape, activation: test.activation, normalised: test.normalised, seed: 7)
        let convolution = layer.convolution(test.algorithm)
        let result = layer.run(convolution, threads: 2)
        let oracle = layer.oracle()
        for (index, (expected, magnitude)) in zip(oracle.values, oracle.magnitudes).enumerated() {
            // Rounding of a sum is relative to its terms; 1e-6 is some 16 units in the last place.
            guard abs(Double(result[index]) - expected) > 1e-6 * (magnitude + 1) else { continue }
            Issue.record("value \(index) is \(result[index]), should be \(expected)")
            break
        }
        let pixels = test.shape.images * test.shape.outputHeight * test.shape.outputWidth
        convolution.moments!.reduced(count: pixels) { channel, mean, variance in
            let values = (0..<pixels).map { oracle.values[$0 * test.shape.outputChannels + channel] }
            let expected = values.reduce(0, +) / Double(pixels)
            let spread = values.map { ($0 - expected) * ($0 - expected) }.reduce(0, +) / Double(pixels)
            let scale = 1 + values.map(abs).max()!
            #expect(abs(mean - expected) < 1e-5 * scale)
            #expect(abs(variance - spread) < 1e-5 * scale * scale)
        }
    }

    @Test("the number of threads does not change a bit", arguments: cases)
    func sameBits(_ test: Case) {
        let layer = TestLayer(test.shape, activation: test.activation, normalised: test.normalised, seed: 11)
        let convolution = layer.convolution(test.algorithm)
        func statistics() -> [Double] {
            var all: [Double] = []
            convolution.moments!.reduced(count: 10) { all += [$1, $2] }
            return all
        }
        let one = layer.run(convolution, threads: 1)
        let oneStatistics = statistics()
        for threads in 2...3 {
            let several = layer.run(convolution, threads: threads)
            // Compared first: a failing #expect of long arrays works out their difference for minutes.
            let same = several.elementsEqual(one) { $0.bitPattern == $1.bitPattern } && statistics() == oneStatistics
            #expect(same, "\(threads) threads")
        }
    }

    @Test("tanh after the last layer is within 4e-7")
    func squashing() {
        // One input value times one weight each, so that the sums before tanh are known exactly.
        let shape = ConvolutionShape(.down, height: 2, width: 2, inputChannels: 1, outputChannels: 4001)
        var weight = [Float](repeating: 0, count: 16 * 4001)
        for channel in 0..<4001 { weight[channel * 16 + 5] = Float(channel - 2000) / 200 }
        let convolution = Convolution(shape, weight: weight, finish: .squash)
        let result = TestLayer.run(convolution, input: [1, 0, 0, 0], threads: 1)
        let worst = (0..<4001).map { abs(Double(result[$0]) - tanh(Double(weight[$0 * 16 + 5]))) }.max()!
        #expect(worst < 4e-7)
    }

    @Test("NaN in the input is not hidden by activation or tanh")
    func notANumber() {
        let shape = ConvolutionShape(.up, height: 1, width: 1, inputChannels: 1, outputChannels: 1)
        let convolution = Convolution(shape, weight: [Float](repeating: 1, count: 16), finish: .squash)
        let result = TestLayer.run(convolution, input: [.nan], threads: 1)
        #expect(result.count == 4 && result.allSatisfy { $0.isNaN })
    }
}
