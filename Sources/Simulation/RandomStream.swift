import Foundation
import Randomness

/// xoshiro256** (Blackman and Vigna 2018), seeded through SplitMix64: the same bits on every machine.
package struct RandomStream: RandomNumberGenerator, Sendable {
    private var state: SIMD4<UInt64> = .zero

    /// Streams of different word lists are independent: seed, field index, object index, purpose.
    package init(_ words: UInt64...) {
        var mixed = SplitMix64.step
        for word in words { mixed = SplitMix64.mixed(mixed ^ SplitMix64.mixed(word &+ SplitMix64.step)) }
        for lane in 0..<4 {
            mixed &+= SplitMix64.step
            state[lane] = SplitMix64.mixed(mixed)
        }
    }

    package mutating func next() -> UInt64 {
        let product = state[1] &* 5
        let result = ((product << 7) | (product >> 57)) &* 9
        let shifted = state[1] << 17
        state[2] ^= state[0]
        state[3] ^= state[1]
        state[1] ^= state[2]
        state[0] ^= state[3]
        state[2] ^= shifted
        state[3] = (state[3] << 45) | (state[3] >> 19)
        return result
    }

    /// 0..<1 in steps of 2^-24.
    mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

    mutating func uniform(_ range: ClosedRange<Float>) -> Float {
        range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
    }

    mutating func chance(_ probability: Float) -> Bool { uniform() < probability }

    /// Standard normal (Box and Muller).
    mutating func normal() -> Float {
        let radius = (-2 * log(1 - uniform())).squareRoot()
        return radius * cos(2 * .pi * uniform())
    }

    mutating func normal(_ mean: Float, _ deviation: Float) -> Float { mean + deviation * normal() }

    /// Knuth's method, in parts where the mean is large.
    mutating func poisson(_ mean: Float) -> Int {
        if mean > 500 { return poisson(500) + poisson(mean - 500) }
        let limit = exp(-Double(mean))
        var product = Double(uniform())
        var count = 0
        while product > limit {
            product *= Double(uniform())
            count += 1
        }
        return count
    }

    /// Uniform on the unit sphere.
    mutating func direction() -> SIMD3<Float> {
        let z = uniform(-1...1)
        let angle = uniform(0...(2 * .pi))
        let ring = (1 - z * z).squareRoot()
        return SIMD3(ring * cos(angle), ring * sin(angle), z)
    }
}
