internal import Imaging
internal import Quantities

/// The sums that become one picture and its height map; see ``FocalSeries``.
struct Fusion: Sendable {
    /// Sums of weighted bands, of their weights, and of the rests.
    private var bands: [Picture<Float>]
    private var weights: [Picture<Float>]
    private var rest: Picture<Float>
    /// Energy of empty glass in each band.
    private let floors: [Float]
    private var count = 0

    /// Of the height map's pixels: the plane of most energy so far, from 0, that energy, and that of the planes beside it.
    private var best: Picture<Float>
    private var bestPlane: [Int32]
    private var before: [Float]
    private var after: [Float]
    private var latest: [Float]
    private var total: [Float]

    /// Over which energy is a mean, in pixels of its band.
    private static let reach = 1.5
    /// The same for heights, in pixels of the height map: a grain's rim tells the height of its middle.
    private static let heightReach = 4.0
    /// Glass is this share of a field at least.
    private static let glassShare = 0.25
    /// A place is something to see from this many times the energy of glass on.
    private static let leastEnergy: Float = 6
    /// And in focus somewhere, if its energy there is this many times its mean over the planes.
    private static let leastRise: Float = 1.15

    init(_ picture: Picture<Float>) {
        let pyramid = LaplacianPyramid(picture)
        bands = pyramid.bands.map { Picture(width: $0.width, height: $0.height, channels: $0.channels, filledWith: 0) }
        weights = pyramid.bands.map { Picture(width: $0.width, height: $0.height, channels: 1, filledWith: 0) }
        rest = Picture(
            width: pyramid.rest.width, height: pyramid.rest.height, channels: pyramid.rest.channels, filledWith: 0)
        floors = pyramid.bands.map { band in
            let energies = band.energy(sigma: Self.reach).samples
            let sample = stride(from: 0, to: energies.count, by: max(1, energies.count / 20_000)).map { energies[$0] }
                .sorted()
            return max(sample[Int(saturating: Double(sample.count - 1) * Self.glassShare)], 1e-9)
        }
        let half = pyramid.bands.count > 1 ? pyramid.bands[1] : pyramid.bands.first ?? pyramid.rest
        best = Picture(width: half.width, height: half.height, channels: 1, filledWith: 0)
        bestPlane = Array(repeating: 0, count: best.samples.count)
        before = Array(repeating: 0, count: best.samples.count)
        after = before
        latest = before
        total = before
        add(pyramid)
    }

    mutating func add(_ picture: Picture<Float>) { add(LaplacianPyramid(picture)) }

    private mutating func add(_ pyramid: LaplacianPyramid) {
        var finer: Picture<Float>?
        for (level, band) in pyramid.bands.enumerated() {
            var energy = band.energy(sigma: Self.reach)
            let scale = 1 / floors[level]
            let inherited = finer?.halved
            energy.samples.withUnsafeMutableBufferPointer { out in
                for at in out.indices { out[at] *= scale }
                if let inherited {
                    inherited.samples.withUnsafeBufferPointer { samples in
                        for at in out.indices { out[at] += samples[at] }
                    }
                }
            }
            add(band, energy, at: level)
            if level == min(1, pyramid.bands.count - 1) { note(energy) }
            finer = energy
        }
        rest = rest.plus(pyramid.rest)
        count += 1
    }

    private mutating func add(_ band: Picture<Float>, _ energy: Picture<Float>, at level: Int) {
        let channels = band.channels
        bands[level].samples.withUnsafeMutableBufferPointer { sums in
            weights[level].samples.withUnsafeMutableBufferPointer { weights in
                band.samples.withUnsafeBufferPointer { band in
                    energy.samples.withUnsafeBufferPointer { energy in
                        for at in weights.indices {
                            // Bounded, so that sums of fourth powers stay numbers.
                            let ratio = min(1 + energy[at], 1e7)
                            let weight = ratio * ratio * ratio * ratio
                            weights[at] += weight
                            for channel in 0..<channels {
                                sums[at * channels + channel] += weight * band[at * channels + channel]
                            }
                        }
                    }
                }
            }
        }
    }

    /// Which plane is sharpest where.
    private mutating func note(_ energy: Picture<Float>) {
        let wide = energy.blurred(sigma: Self.heightReach)
        let plane = Int32(clamping: count)
        for at in wide.samples.indices {
            let here = wide.samples[at]
            if here > best.samples[at] {
                before[at] = latest[at]
                best.samples[at] = here
                bestPlane[at] = plane
                after[at] = 0
            } else if bestPlane[at] == plane - 1 {
                after[at] = here
            }
            latest[at] = here
            total[at] += here
        }
    }

    /// 0...1.
    var picture: Picture<Float> {
        var pyramid = LaplacianPyramid(rest, levels: 0)
        let share = 1 / Float(count)
        for at in pyramid.rest.samples.indices { pyramid.rest.samples[at] *= share }
        pyramid.bands = zip(bands, weights).map { band, weights in
            var band = band
            let channels = band.channels
            for at in weights.samples.indices {
                for channel in 0..<channels { band.samples[at * channels + channel] /= weights.samples[at] }
            }
            return band
        }
        var result = pyramid.picture
        for at in result.samples.indices { result.samples[at] = min(1, max(0, result.samples[at])) }
        return result
    }

    /// - Parameter heights: of the planes in µm; nil where they are not known.
    func heightMap(_ heights: [Double?]) -> HeightMap {
        let known = heights.compactMap(\.self)
        let isKnown = known.count == heights.count
        let scale = isKnown ? known.map { Float($0) } : heights.indices.map { Float($0 + 1) }
        func height(_ place: Float) -> Float {
            let lower = min(max(0, Int(saturating: place)), scale.count - 1), upper = min(lower + 1, scale.count - 1)
            return scale[lower] + (place - Float(lower)) * (scale[upper] - scale[lower])
        }
        let last = Int32(clamping: count - 1)
        let found = best.samples.indices.map { at -> Float in
            let plane = bestPlane[at], energy = best.samples[at]
            guard energy >= Self.leastEnergy, energy * Float(count) >= Self.leastRise * total[at] else { return .nan }
            var place = Float(plane)
            if plane > 0, plane < last {
                // The vertex of the parabola through three planes.
                let bend = before[at] + after[at] - 2 * energy
                if bend < 0 { place += min(0.5, max(-0.5, 0.5 * (before[at] - after[at]) / bend)) }
            }
            return height(place)
        }
        return HeightMap(
            width: best.width, height: best.height, heights: found, unit: isKnown ? .micrometres : .planes,
            range: scale.min()!...scale.max()!)
    }
}
