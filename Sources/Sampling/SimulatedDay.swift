internal import Foundation
internal import Quantities
internal import Randomness

/// Grains on a day's tape, whose number is known: points, not pictures.
///
/// They come in clumps, at a rate that rises and falls over the day, through a slit that the tape takes an hour to pass, and
/// more of them fall on the middle of the tape than on its edges (Comtois et al., *Sampling in aerobiology: differences between
/// traverses along the length of the slide in Hirst sporetraps*, Aerobiologia 15 (1999) 195-202: 7 % fewer on outer traverses).
struct SimulatedDay: Sendable {
    /// Millimetres along and across the deposit.
    let grains: [SIMD2<Double>]

    /// - Parameters:
    ///   - perM3: mean of the day.
    ///   - grainsAClump: mean; 1 for single grains.
    init(perM3: Double, grainsAClump: Double, on part: SamplePart, _ random: inout SplitMix64) {
        let (length, width) = (part.lengthMillimetres, part.widthMillimetres)
        // Peaks of half an hour to three hours on a low ground, as a table of what has come by when.
        let peaks = (0..<4).map { _ in
            (
                place: length * (0.15 + 0.7 * random.uniform()), spread: 1 + 5 * random.uniform(),
                height: 0.5 + 2.5 * random.uniform()
            )
        }
        let steps = 960
        var come = [0.0]
        for step in 0..<steps {
            let place = length * (Double(step) + 0.5) / Double(steps)
            let rate = peaks.reduce(0.3) { sum, peak in
                let distance = (place - peak.place) / peak.spread
                return sum + peak.height * exp(-distance * distance)
            }
            come.append(come[step] + rate)
        }
        let middle = width * (0.4 + 0.2 * random.uniform()), loss = 0.3 * random.uniform()
        let spread = 0.02 + 0.06 * random.uniform()
        var grains: [SIMD2<Double>] = []
        for _ in 0..<random.poisson(mean: perM3 * part.airCubicMetres / grainsAClump) {
            let wanted = random.uniform() * come[steps]
            var (low, high) = (0, steps)
            while high - low > 1 {
                let half = (low + high) / 2
                if come[half] <= wanted { low = half } else { high = half }
            }
            let within = (wanted - come[low]) / (come[high] - come[low])
            let time = length * (Double(low) + within) / Double(steps) + Self.slitMillimetres * (random.uniform() - 0.5)
            var across = 0.0
            repeat {
                across = width * random.uniform()
            } while random.uniform()
                > 1 - loss * ((across - middle) / (width / 2)) * ((across - middle) / (width / 2))
            var size = 1
            while random.uniform() > 1 / grainsAClump { size += 1 }
            for _ in 0..<size {
                let place = SIMD2(time, across) + (size > 1 ? spread * random.normalPair() : SIMD2())
                // What would fall off one end lies on the other: the deposit holds all that came.
                grains.append(
                    SIMD2(Self.wrapped(place.x, length), Self.wrapped(place.y, width)))
            }
        }
        self.grains = grains
    }

    /// Along the tape (Hirst 1952).
    private static let slitMillimetres = 2.0

    private static func wrapped(_ value: Double, _ extent: Double) -> Double {
        value < 0 ? value + extent : value >= extent ? value - extent : value
    }
}

extension SplitMix64 {
    /// Counts exponential waits, by parts so that their product does not vanish.
    mutating func poisson(mean: Double) -> Int {
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

    /// Two independent standard normal numbers (Box & Muller 1958).
    mutating func normalPair() -> SIMD2<Double> {
        let radius = (-2 * log(1 - uniform())).squareRoot(), angle = 2 * Double.pi * uniform()
        return SIMD2(radius * cos(angle), radius * sin(angle))
    }
}
