import Foundation
import Kernels
import Tensor

/// A layer taken literally from PyTorch's definitions of Conv2d and ConvTranspose2d (kernel 4, stride 2, padding 1), in
/// double precision, without any of the engine's rearrangements.
struct ConvolutionOracle {
    /// What the engine should give, [height, width, channels].
    var values: [Double] = []
    /// Sum of the magnitudes of the products: what rounding errors are relative to.
    var magnitudes: [Double] = []

    init() {}

    /// - shape: of one image.
    /// - input: [height, width, inputChannels], normalised and activated.
    init(_ shape: ConvolutionShape, input: [Double], weight: [Float], bias: [Float]) {
        let (height, width) = (shape.outputHeight, shape.outputWidth)
        values = Array(repeating: 0, count: height * width * shape.outputChannels)
        magnitudes = values
        func product(_ iy: Int, _ ix: Int, _ ci: Int, _ oy: Int, _ ox: Int, _ co: Int, _ weightIndex: Int) {
            guard (0..<shape.height).contains(iy), (0..<shape.width).contains(ix) else { return }
            guard (0..<height).contains(oy), (0..<width).contains(ox) else { return }
            let term = input[(iy * shape.width + ix) * shape.inputChannels + ci] * Double(weight[weightIndex])
            let index = (oy * width + ox) * shape.outputChannels + co
            values[index] += term
            magnitudes[index] += abs(term)
        }
        for ci in 0..<shape.inputChannels {
            for co in 0..<shape.outputChannels {
                for ky in 0..<4 {
                    for kx in 0..<4 {
                        switch shape.direction {
                        case .down:
                            for oy in 0..<height {
                                for ox in 0..<width {
                                    product(
                                        2 * oy - 1 + ky, 2 * ox - 1 + kx, ci, oy, ox, co,
                                        ((co * shape.inputChannels + ci) * 4 + ky) * 4 + kx)
                                }
                            }
                        case .up:
                            for iy in 0..<shape.height {
                                for ix in 0..<shape.width {
                                    product(
                                        iy, ix, ci, 2 * iy - 1 + ky, 2 * ix - 1 + kx, co,
                                        ((ci * shape.outputChannels + co) * 4 + ky) * 4 + kx)
                                }
                            }
                        }
                    }
                }
            }
        }
        for index in values.indices {
            let shift = Double(bias[index % shape.outputChannels])
            values[index] += shift
            magnitudes[index] += abs(shift)
        }
    }
}

/// Small, seeded, the same on every machine.
struct TestNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state ^ (state >> 31)) &* 0x9E37_79B9_7F4A_7C15
    }

    mutating func floats(_ count: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
        (0..<count).map { _ in Float.random(in: range, using: &self) }
    }
}
