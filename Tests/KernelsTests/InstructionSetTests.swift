import Foundation
import Kernels
import Testing

/// Every instruction set that the processor has, against the literal definition.
@Suite("Instruction sets", .serialized)
struct InstructionSetTests {
    static let shapes = [
        ConvolutionShape(.down, height: 12, width: 40, inputChannels: 3, outputChannels: 8),
        ConvolutionShape(.down, height: 22, width: 26, inputChannels: 16, outputChannels: 40),
        ConvolutionShape(.up, height: 11, width: 9, inputChannels: 48, outputChannels: 3),
        ConvolutionShape(.up, height: 10, width: 13, inputChannels: 24, outputChannels: 24),
    ]

    static let algorithms: [ConvolutionAlgorithm] = [
        .direct(rows: 3, blocks: 1), .direct(rows: 100, blocks: 2), .winogradByTiles(tiles: 24),
        .winogradByPoints(tiles: 18),
    ]

    /// Plans and runs a layer with `set` in use, and puts back what was.
    private func run(
        _ layer: TestLayer, _ algorithm: ConvolutionAlgorithm, _ precision: Precision, with set: InstructionSet
    ) -> [Float] {
        let before = InstructionSet.current
        #expect(set.use())
        defer { #expect(before.use()) }
        return layer.run(layer.convolution(algorithm, precision: precision), threads: 2)
    }

    @Test("binary32", arguments: InstructionSet.allCases.filter(\.isAvailable), shapes)
    func exact(_ set: InstructionSet, _ shape: ConvolutionShape) {
        let layer = TestLayer(shape, activation: .leaky, normalised: false, seed: 3)
        let oracle = layer.oracle()
        for algorithm in Self.algorithms where shape.inputChannels >= 8 || algorithm == Self.algorithms[0] {
            let result = run(layer, algorithm, .fp32, with: set)
            let worst = zip(result, zip(oracle.values, oracle.magnitudes))
                .map { abs(Double($0) - $1.0) / ($1.1 + 1) }.max()!
            #expect(worst < 1e-6, "\(set.name), \(algorithm)")
        }
    }

    /// Operands have 8 significant bits: 2^-9 of each at most is lost, a third of that on average, in sums whose terms
    /// are as often too large as too small. Winograd's transformed operands are larger than the sums' own terms.
    @Test("bfloat16", arguments: InstructionSet.allCases.filter(\.isAvailable), shapes)
    func half(_ set: InstructionSet, _ shape: ConvolutionShape) {
        let layer = TestLayer(shape, activation: .leaky, normalised: false, seed: 5)
        let oracle = layer.oracle()
        let spread = (oracle.values.map { $0 * $0 }.reduce(0, +) / Double(oracle.values.count)).squareRoot()
        for algorithm in Self.algorithms where shape.inputChannels >= 8 || algorithm == Self.algorithms[0] {
            let result = run(layer, algorithm, .bf16, with: set)
            let squares = zip(result, oracle.values).map { (Double($0) - $1) * (Double($0) - $1) }
            let error = (squares.reduce(0, +) / Double(squares.count)).squareRoot() / spread
            #expect(error > 1e-4 && error < 0.01, "\(set.name), \(algorithm): \(error)")
        }
    }

    @Test("what the processor lacks is refused and changes nothing")
    func lacking() {
        let before = InstructionSet.current
        for set in InstructionSet.allCases where !set.isAvailable { #expect(!set.use()) }
        #expect(InstructionSet.current == before)
        #expect(InstructionSet.portable.isAvailable)
    }
}
