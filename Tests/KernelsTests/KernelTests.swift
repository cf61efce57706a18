import Foundation
import Kernels
import Testing

/// Every kernel that the processor has, against the literal definition.
@Suite("Kernels")
struct KernelTests {
    static func kernels(_ precision: Precision) -> [Kernel] {
        Kernel.table.filter { $0.precision == precision && $0.isAvailable }
    }

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

    private func run(_ layer: TestLayer, _ algorithm: ConvolutionAlgorithm, _ kernel: Kernel) -> [Float] {
        let convolution = layer.convolution(algorithm, kernel: kernel)
        #expect(convolution.kernel == kernel)
        return layer.run(convolution, threads: 2)
    }

    @Test("binary32", arguments: kernels(.fp32), shapes)
    func fp32(_ kernel: Kernel, _ shape: ConvolutionShape) {
        let layer = TestLayer(shape, activation: .leaky, normalised: false, seed: 3)
        let oracle = layer.oracle()
        for algorithm in Self.algorithms where shape.inputChannels >= 8 || algorithm == Self.algorithms[0] {
            let result = run(layer, algorithm, kernel)
            let worst = zip(result, zip(oracle.values, oracle.magnitudes))
                .map { abs(Double($0) - $1.0) / ($1.1 + 1) }.max()!
            #expect(worst < 1e-6, "\(kernel), \(algorithm)")
        }
    }

    /// Operands have 8 significant bits: 2^-9 of each at most is lost, a third of that on average, in sums whose terms
    /// are as often too large as too small. Winograd's transformed operands are larger than the sums' own terms.
    @Test("bfloat16", arguments: kernels(.bf16), shapes)
    func bf16(_ kernel: Kernel, _ shape: ConvolutionShape) {
        let layer = TestLayer(shape, activation: .leaky, normalised: false, seed: 5)
        let oracle = layer.oracle()
        let spread = (oracle.values.map { $0 * $0 }.reduce(0, +) / Double(oracle.values.count)).squareRoot()
        for algorithm in Self.algorithms where shape.inputChannels >= 8 || algorithm == Self.algorithms[0] {
            let result = run(layer, algorithm, kernel)
            let squares = zip(result, oracle.values).map { (Double($0) - $1) * (Double($0) - $1) }
            let error = (squares.reduce(0, +) / Double(squares.count)).squareRoot() / spread
            #expect(error > 1e-4 && error < 0.01, "\(kernel), \(algorithm): \(error)")
        }
    }

    @Test("multiply-adds of one rounding give the same bits on every instruction set that has them")
    func sameBits() {
        let fused = Self.kernels(.fp32).filter { ["avx512", "avx2", "neon"].contains($0.name) }
        for shape in Self.shapes {
            let layer = TestLayer(shape, activation: .leaky, normalised: true, seed: 9)
            for algorithm in Self.algorithms where shape.inputChannels >= 8 || algorithm == Self.algorithms[0] {
                let results = fused.map { run(layer, algorithm, $0).map(\.bitPattern) }
                #expect(results.allSatisfy { $0 == results[0] }, "\(shape), \(algorithm)")
            }
        }
    }

    @Test("a depth that is no multiple of the kernel's step is computed in binary32")
    func oddDepth() {
        let shape = ConvolutionShape(.up, height: 6, width: 6, inputChannels: 9, outputChannels: 8)
        let layer = TestLayer(shape, activation: .none, normalised: false, seed: 13)
        for kernel in Self.kernels(.bf16) {
            let convolution = layer.convolution(.winogradByTiles(tiles: 4), kernel: kernel)
            #expect(convolution.kernel.precision == .fp32)
            #expect(layer.run(convolution, threads: 1) == run(layer, .winogradByTiles(tiles: 4), convolution.kernel))
        }
    }

    // MARK: Numbers at the edges

    /// Bfloat16 has no number between 3.39e38 and infinity, where binary32 has; nothing finite may become infinite.
    @Test("weights that bfloat16 would round to infinity are multiplied in binary32")
    func largeWeights() {
        let shape = ConvolutionShape(.down, height: 2, width: 2, inputChannels: 2, outputChannels: 2)
        var weight = [Float](repeating: 0, count: 64)
        weight[5] = 3.4e38
        let layer = Convolution(shape, weight: weight, precision: .bf16)
        #expect(layer.kernel.precision == .fp32)
        let result = TestLayer.run(layer, input: [0.5, 0, 0, 0, 0, 0, 0, 0], threads: 1)
        #expect(result == [1.7e38, 0])
    }

    @Test(
        "numbers too small to be normal count as what they are, or as zero",
        arguments: Kernel.table.filter(\.isAvailable))
    func denormals(_ kernel: Kernel) {
        let shape = ConvolutionShape(.down, height: 2, width: 2, inputChannels: 8, outputChannels: 8)
        let tiny = Float.leastNormalMagnitude / 4
        let weight = [Float](repeating: tiny, count: 16 * 64)
        for algorithm in Self.algorithms {
            let layer = Convolution(shape, weight: weight, algorithm: algorithm, kernel: kernel)
            let result = TestLayer.run(layer, input: [Float](repeating: 1, count: 32), threads: 1)
            #expect(result.allSatisfy { $0 >= 0 && $0 <= 33 * tiny }, "\(algorithm)")
            let small = TestLayer.run(
                Convolution(shape, weight: weight.map { $0 / tiny }, algorithm: algorithm, kernel: kernel),
                input: [Float](repeating: tiny, count: 32), threads: 1)
            #expect(small.allSatisfy { $0 >= 0 && $0 <= 33 * tiny }, "\(algorithm)")
        }
    }

    @Test(
        "what is no finite number is never hidden", arguments: Kernel.table.filter(\.isAvailable),
        [Float.nan, .infinity])
    func notFinite(_ kernel: Kernel, _ value: Float) {
        let shape = ConvolutionShape(.down, height: 4, width: 4, inputChannels: 8, outputChannels: 8)
        let ones = [Float](repeating: 1, count: 16 * 64)
        for algorithm in Self.algorithms {
            let layer = Convolution(shape, weight: ones, algorithm: algorithm, kernel: kernel)
            let result = TestLayer.run(layer, input: [Float](repeating: value, count: 128), threads: 1)
            #expect(result.allSatisfy { !$0.isFinite }, "\(algorithm)")
        }
    }

    // MARK: Choice

    @Test("the table has kernels for every processor, and every one has a name of its own for its elements")
    func table() {
        for precision in [Precision.fp32, .bf16] {
            let names = Kernel.table.filter { $0.precision == precision }.map(\.name)
            #expect(names.contains("portable") && Set(names).count == names.count)
        }
    }

    @Test("auto takes bfloat16 only where the processor multiplies it and windows are long enough to gain by it")
    func auto() {
        func kernel(_ channels: Int, _ precision: Precision) -> Kernel {
            let shape = ConvolutionShape(.up, height: 8, width: 8, inputChannels: channels, outputChannels: 3)
            return Convolution(shape, weight: [Float](repeating: 1, count: 48 * channels), precision: precision).kernel
        }
        #expect(kernel(8, .auto) == Kernel.exact)
        #expect(kernel(16, .auto) == (Kernel.best(.bf16).isNative ? Kernel.best(.bf16) : Kernel.exact))
        #expect(kernel(16, .fp32) == Kernel.exact && kernel(16, .bf16) == Kernel.best(.bf16))
    }

    @Test("an instruction set bounds what is used; one that is unknown or lacking is refused, with what there is")
    func bounded() throws {
        #expect(try Kernel.usable(from: nil) == Kernel.usable(from: ""))
        let portable = try Kernel.usable(from: "portable")
        #expect(portable.count == 2 && portable.allSatisfy { $0.name == "portable" })
        for kernel in Kernel.table {
            if kernel.isAvailable {
                #expect(try Kernel.usable(from: kernel.name).first?.name == kernel.name)
            } else {
                let error = try #require(throws: KernelError.self) { try Kernel.usable(from: kernel.name) }
                #expect(
                    error.message
                        == "NEURALLENS_INSTRUCTION_SET is \(kernel.name), which this processor or system lacks")
            }
        }
        let error = try #require(throws: KernelError.self) { try Kernel.usable(from: "sse9") }
        #expect(error.message == "NEURALLENS_INSTRUCTION_SET is sse9, which is no instruction set of the engine")
        #expect(error.hint.hasSuffix("portable"))
    }
}
