internal import Foundation
internal import Imaging
internal import Quantities

/// The spectra of a picture's bands along its rows (or columns), and the lines that they hold.
struct LineSpectrum {
    struct Measurement {
        /// Along the rows, in pixels.
        let period: Double
        /// Tangent of the lines' angle to the columns.
        let slope: Double
        let relativeError: Double
        /// In the picture.
        let lines: Double
        /// 0...1.
        let coherence: Double
        /// 0...1.
        let share: Double
    }

    /// Rows of a band.
    private static let bandPixels = 8
    /// Lines closer than this are not resolved.
    private static let leastPixels = 4.0
    /// Thin lines have harmonics that are nearly as strong as their frequency.
    private static let leastFundamental = 0.5
    /// Parts of the picture whose frequencies are compared.
    private static let parts = 8

    /// Under a Hann window, without what changes slowly.
    private let bands: [[Double]]
    private let length: Int

    /// Nil for a picture that is too small.
    init?(_ grey: Picture<Float>, isTransposed: Bool) {
        let length = isTransposed ? grey.height : grey.width
        let count = (isTransposed ? grey.width : grey.height) / Self.bandPixels
        guard length >= 64, count >= Self.parts else { return nil }
        let window = (0..<length).map { 0.5 - 0.5 * cos(2 * .pi * (Double($0) + 0.5) / Double(length)) }
        let place = (0..<length).map { 2 * (Double($0) + 0.5) / Double(length) - 1 }
        // Orthogonal under the window, which is even: 1, x, x^2 - mean of x^2.
        let whole = window.reduce(0, +)
        let meanSquare = zip(window, place).reduce(0) { $0 + $1.0 * $1.1 * $1.1 } / whole
        let terms: [[Double]] = [place.map { _ in 1 }, place, place.map { $0 * $0 - meanSquare }]
        let norms = terms.map { term in zip(window, term).reduce(0) { $0 + $1.0 * $1.1 * $1.1 } }
        self.length = length
        bands = (0..<count).map { band in
            var profile = [Double](repeating: 0, count: length)
            for across in band * Self.bandPixels..<(band + 1) * Self.bandPixels {
                for along in 0..<length {
                    profile[along] += Double(isTransposed ? grey[across, along] : grey[along, across])
                }
            }
            for (term, norm) in zip(terms, norms) {
                var part = 0.0
                for along in 0..<length { part += window[along] * term[along] * profile[along] }
                for along in 0..<length { profile[along] -= part / norm * term[along] }
            }
            return zip(profile, window).map { $0 * $1 }
        }
    }

    private struct Component {
        var re = 0.0
        var im = 0.0

        var power: Double { re * re + im * im }

        mutating func add(_ other: Component, turnedBy angle: Double) {
            let (c, s) = (cos(angle), sin(angle))
            re += other.re * c - other.im * s
            im += other.re * s + other.im * c
        }
    }

    /// Of every band.
    private func components(_ frequency: Double, of range: Range<Int>? = nil) -> [Component] {
        let angles = (0..<length).map { 2 * .pi * frequency * (Double($0) - Double(length - 1) / 2) }
        let cosines = angles.map { cos($0) }, sines = angles.map { sin($0) }
        return (range ?? bands.indices).map { number in
            var component = Component()
            bands[number].withUnsafeBufferPointer { band in
                for at in 0..<length {
                    component.re += band[at] * cosines[at]
                    component.im -= band[at] * sines[at]
                }
            }
            return component
        }
    }

    /// Of the bands together, each turned back by the slant.
    /// - Parameter slant: cycles from one band to the next.
    private func power(_ frequency: Double, slant: Double, of range: Range<Int>? = nil) -> Double {
        var sum = Component()
        for (number, component) in zip(range ?? bands.indices, components(frequency, of: range)) {
            sum.add(component, turnedBy: -2 * .pi * slant * Double(number))
        }
        return sum.power
    }

    func measured() -> Measurement? {
        guard let start = strongest() else { return nil }
        var frequency = start
        let first = components(frequency)
        var step = Component()
        for (one, next) in zip(first, first.dropFirst()) {
            step.re += one.re * next.re + one.im * next.im
            step.im += one.re * next.im - one.im * next.re
        }
        var slant = atan2(step.im, step.re) / (2 * .pi)
        var reach = (frequency: 0.25 / Double(length), slant: 0.25 / Double(bands.count))
        for _ in 0..<24 {
            frequency += Self.towardsMaximum(reach.frequency) { power(frequency + $0, slant: slant) }
            slant += Self.towardsMaximum(reach.slant) { power(frequency, slant: slant + $0) }
            reach = (reach.frequency * 0.7, reach.slant * 0.7)
        }
        guard frequency > 0 else { return nil }
        let inStep = components(frequency).reduce(0) { $0 + $1.power.squareRoot() }
        guard inStep > 0 else { return nil }
        return Measurement(
            period: 1 / frequency, slope: slant / frequency / Double(Self.bandPixels),
            relativeError: relativeError(frequency, slant), lines: Double(length) * frequency,
            coherence: power(frequency, slant: slant) / (inStep * inStep), share: share(frequency, slant))
    }

    /// The frequency at which the bands are strongest one by one, in cycles a pixel.
    private func strongest() -> Double? {
        // Half a cycle a step: no frequency falls between two.
        let steps = Array(6...Int(saturating: 2 * Double(length) / Self.leastPixels))
        func frequency(_ at: Int) -> Double { Double(steps[at]) / 2 / Double(length) }
        let powers = steps.indices.map { components(frequency($0)).reduce(0) { $0 + $1.power } }
        guard var peak = powers.indices.max(by: { powers[$0] < powers[$1] }), powers[peak] > 0 else { return nil }
        for divisor in [3, 2] {
            let middle = Int(saturating: (Double(steps[peak]) / Double(divisor)).rounded()) - steps[0]
            guard middle >= 1, let low = (middle - 1...middle + 1).max(by: { powers[$0] < powers[$1] }) else {
                continue
            }
            if powers[low] >= Self.leastFundamental * powers[peak] {
                peak = low
                break
            }
        }
        return frequency(peak)
    }

    /// A step of at most `reach` by the parabola through three values.
    private static func towardsMaximum(_ reach: Double, _ value: (Double) -> Double) -> Double {
        let (low, middle, high) = (value(-reach), value(0), value(reach))
        let bend = low - 2 * middle + high
        guard bend < 0 else { return high > low ? reach : -reach }
        return max(-reach, min(reach, reach * 0.5 * (low - high) / bend))
    }

    /// From the frequencies of the picture's parts.
    private func relativeError(_ frequency: Double, _ slant: Double) -> Double {
        var (sum, weights) = (0.0, 0.0)
        for part in 0..<Self.parts {
            let range = part * bands.count / Self.parts..<(part + 1) * bands.count / Self.parts
            var own = frequency, reach = 0.1 / Double(length)
            for _ in 0..<12 {
                own += Self.towardsMaximum(reach) { power(own + $0, slant: slant, of: range) }
                reach *= 0.7
            }
            let weight = power(own, slant: slant, of: range)
            sum += weight * (own - frequency) * (own - frequency)
            weights += weight
        }
        return weights > 0 ? (sum / weights / Double(Self.parts - 1)).squareRoot() / frequency : .infinity
    }

    /// How much of the bands' common spectrum lies at multiples of the frequency.
    private func share(_ frequency: Double, _ slant: Double) -> Double {
        var (lines, all) = (0.0, 0.0)
        let first = Int(saturating: 0.8 * frequency * Double(length)) + 1
        let steps = first...Int(saturating: 0.9 * Double(length))
        for step in steps {
            let other = Double(step) / 2 / Double(length)
            let power = power(other, slant: slant * other / frequency)
            let multiple = other / frequency
            all += power
            // The width of a line under the window.
            if abs(multiple - multiple.rounded()) * frequency * Double(length) <= 1.26 { lines += power }
        }
        return all > 0 ? lines / all : 0
    }
}
