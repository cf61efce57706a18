import Foundation
import Randomness

/// Random numbers as a function of a seed, a purpose and a counter: nothing to store, the same for any number of
/// threads, and a resumed run draws what the uninterrupted one would have drawn.
///
/// Sequence of SplitMix64 from a state that a hash of seed, purpose and counters gives.
package struct CounterRandom: RandomNumberGenerator {
    package enum Purpose: UInt64 {
        case weights = 1, dropout, order, sample, discriminatorWeights, augmentation
    }

    private let start: UInt64
    private var drawn: UInt64 = 0

    package init(seed: UInt64, _ purpose: Purpose, _ counters: Int...) {
        var hash = SplitMix64.mixed(seed &+ SplitMix64.step)
        for value in [purpose.rawValue] + counters.map({ UInt64(bitPattern: Int64($0)) }) {
            hash = SplitMix64.mixed(hash ^ SplitMix64.mixed(value &+ SplitMix64.step))
        }
        start = hash
    }

    /// The `index`-th number, without drawing those before it.
    package func number(_ index: Int) -> UInt64 { SplitMix64.mixed(start &+ UInt64(index + 1) &* SplitMix64.step) }

    package mutating func next() -> UInt64 {
        drawn &+= 1
        return SplitMix64.mixed(start &+ drawn &* SplitMix64.step)
    }

    /// Uniform in 0..<1, 53 bits.
    package mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    package mutating func uniform(_ range: ClosedRange<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
    }

    /// Uniform in 0..<count; `count` at least 1.
    package mutating func integer(below count: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(count)).high) }

    /// Normally distributed with mean 0 and deviation 1 (Box and Muller).
    package mutating func normal() -> Double {
        let radius = (-2 * log(1 - uniform())).squareRoot()
        return radius * cos(2 * .pi * uniform())
    }
}
