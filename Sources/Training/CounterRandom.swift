import Foundation

/// Random numbers as a function of a seed, a purpose and a counter: nothing to store, the same for any number of
/// threads, and a resumed run draws what the uninterrupted one would have drawn.
///
/// Sequence of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014) from a state
/// that a hash of seed, purpose and counters gives.
package struct CounterRandom: RandomNumberGenerator {
    package enum Purpose: UInt64 {
        case weights = 1, dropout, order, sample, discriminatorWeights, augmentation
    }

    private let start: UInt64
    private var drawn: UInt64 = 0

    package init(seed: UInt64, _ purpose: Purpose, _ counters: Int...) {
        var hash = Self.mixed(seed &+ Self.step)
        for value in [purpose.rawValue] + counters.map({ UInt64(bitPattern: Int64($0)) }) {
            hash = Self.mixed(hash ^ Self.mixed(value &+ Self.step))
        }
        start = hash
    }

    private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

    private static func mixed(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// The `index`-th number, without drawing those before it.
    package func number(_ index: Int) -> UInt64 { Self.mixed(start &+ UInt64(index + 1) &* Self.step) }

    package mutating func next() -> UInt64 {
        drawn &+= 1
        return Self.mixed(start &+ drawn &* Self.step)
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
