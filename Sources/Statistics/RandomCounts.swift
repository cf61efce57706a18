internal import Foundation

/// Counts of fields on simulated slides, the same on every machine (SplitMix64; Steele, Lea and Flood, OOPSLA 2014).
struct RandomCounts {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// A count of negative binomial distribution.
    /// - Parameter clumping: 1/k; 0 for Poisson's distribution.
    mutating func count(mean: Double, clumping: Double) -> Int {
        poisson(mean: clumping == 0 ? mean : mean * clumping * gamma(shape: 1 / clumping))
    }

    /// 0..<1 in steps of 2^-53.
    mutating func uniform() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
    }

    /// Counts exponential waits; by parts, so that the product does not vanish.
    private mutating func poisson(mean: Double) -> Int {
        var left = mean, count = 0
        while left > 0 {
            let part = min(left, 500)
            left -= part
            let limit = exp(-part)
            var product = uniform()
            while product > limit {
                product *= uniform()
                count += 1
            }
        }
        return count
    }

    /// Of scale 1 (Marsaglia and Tsang, ACM TOMS 26, 2000, 363).
    private mutating func gamma(shape: Double) -> Double {
        if shape < 1 { return gamma(shape: shape + 1) * pow(1 - uniform(), 1 / shape) }
        let d = shape - 1 / 3.0, c = 1 / (9 * d).squareRoot()
        while true {
            let x = (-2 * log(1 - uniform())).squareRoot() * cos(2 * .pi * uniform())
            let v = pow(1 + c * x, 3)
            if v > 0 && log(1 - uniform()) < x * x / 2 + d * (1 - v + log(v)) { return d * v }
        }
    }
}
