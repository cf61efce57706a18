package import Imaging
internal import Quantities

/// What can be measured of a field without knowing what lies in it. Values are shares of the camera's full scale.
package struct FieldFigures: Sendable, Equatable {
    /// Brightness that a twentieth of the field exceeds: in bright field, that of the glass.
    package internal(set) var light = 0.0
    /// Between the brightness of the darkest and of the brightest thousandth of the pixels.
    package internal(set) var range = 0.0
    /// Share of pixels that reach full scale in all channels, and in any.
    package internal(set) var clipped = 0.0
    package internal(set) var clippedInAny = 0.0
    /// Share of the field without detail at the scale of a 320th of its longer side.
    package internal(set) var smooth = 0.0
    /// Of sixteen equal parts of the field, those in which smooth glass is seen.
    package internal(set) var partsWithGlass = 0
    /// Saturation of the glass, 0 (grey) to 1.
    package internal(set) var tint = 0.0
    /// Share of the field that is brighter than the glass by a fifth.
    package internal(set) var brighterThanGlass = 0.0
    /// Sixths of the colour circle, halved, that fill more than a 25th of the field each, of twelve.
    package internal(set) var colours = 0
    /// How far the steepest edges are blurred: the standard deviation, in µm; nil where there are no edges or no scale.
    package internal(set) var edgeBlurMicrometres: Double?
    /// The same in pixels, of those that were looked at: next to the camera's own, or some of them together.
    package internal(set) var edgeBlurPixels: Double?

    /// - nmPerPixel: of the field's pixels in the object plane; nil where it is not known.
    package init(_ field: PNG.Content, nmPerPixel: Double?) {
        switch field {
        case .bits8(let picture): measure(picture, nmPerPixel)
        case .bits16(let picture): measure(picture, nmPerPixel)
        }
    }

    private mutating func measure<Sample: FixedWidthInteger & Sendable>(
        _ picture: Picture<Sample>, _ nmPerPixel: Double?
    ) {
        picture.samples.withUnsafeBufferPointer { samples in
            let source = Source(
                samples: samples, width: picture.width, height: picture.height, channels: picture.channels,
                factor: 1 / Float(Sample.max))
            measureExposure(source)
            let small = source.binned(by: max(1, (max(source.width, source.height) + 319) / 320))
            measureGlass(small)
            if let nmPerPixel, (10...20_000).contains(nmPerPixel), light > 0 {
                let size = max(1, Int(saturating: 200 / nmPerPixel))
                edgeBlurPixels = source.edgeBlur(binnedBy: size, light: Float(light))
                edgeBlurMicrometres = edgeBlurPixels.map { $0 * Double(size) * nmPerPixel / 1000 }
            }
        }
    }

    private mutating func measureExposure<Sample: FixedWidthInteger>(_ source: Source<Sample>) {
        var histogram = [Int](repeating: 0, count: 1025)
        var all = 0, any = 0, looked = 0
        // A few million pixels tell it; more take time only.
        let step = max(1, source.height * source.width / 4_000_000)
        // JPEG moves values at the upper end by a step.
        let most = Sample.max - Sample.max / 200, full = Int(Sample.max) * source.channels
        for y in stride(from: 0, to: source.height, by: step) {
            for x in 0..<source.width {
                var sum = 0, clippedChannels = 0
                for channel in 0..<source.channels {
                    let sample = source.samples[(y * source.width + x) * source.channels + channel]
                    sum += Int(sample)
                    clippedChannels += sample >= most ? 1 : 0
                }
                looked += 1
                all += clippedChannels == source.channels ? 1 : 0
                any += clippedChannels > 0 ? 1 : 0
                histogram[sum * 1024 / full] += 1
            }
        }
        clipped = Double(all) / Double(looked)
        clippedInAny = Double(any) / Double(looked)
        func level(exceededBy share: Double) -> Double {
            var left = Int(saturating: share * Double(looked))
            for bin in histogram.indices.reversed() {
                left -= histogram[bin]
                if left < 0 { return Double(bin) / 1024 }
            }
            return 0
        }
        light = level(exceededBy: 0.05)
        range = level(exceededBy: 0.001) - level(exceededBy: 0.999)
    }

    /// - small: RGB.
    private mutating func measureGlass(_ small: Picture<Float>) {
        let (width, height) = (small.width, small.height)
        let grey = small.grey.samples
        let steep = Float(0.02 * max(light, 0.02))
        var isSmooth = [Bool](repeating: false, count: grey.count)
        var histogram = [Int](repeating: 0, count: 64)
        var hues = [Int](repeating: 0, count: 12)
        for y in 0..<height {
            for x in 0..<width {
                let at = y * width + x
                let dx = (grey[y * width + min(x + 1, width - 1)] - grey[y * width + max(x - 1, 0)]) / 2
                let dy = (grey[min(y + 1, height - 1) * width + x] - grey[max(y - 1, 0) * width + x]) / 2
                isSmooth[at] = dx * dx + dy * dy < steep * steep
                if isSmooth[at] { histogram[min(63, Int(saturating: grey[at] * 64))] += 1 }
                if let hue = Self.hue(small.samples[3 * at], small.samples[3 * at + 1], small.samples[3 * at + 2]) {
                    hues[hue] += 1
                }
            }
        }
        smooth = Double(isSmooth.count { $0 }) / Double(grey.count)
        colours = hues.count { 25 * $0 > grey.count }
        // Glass is the brightest of what fills much of the field smoothly.
        let counts = histogram.indices.map { bin in
            histogram[max(0, bin - 2)...min(63, bin + 2)].reduce(0, +)
        }
        let most = counts.max()!
        let mode = counts.indices.last { bin in
            10 * counts[bin] >= 3 * most && counts[bin] >= counts[max(0, bin - 1)]
                && counts[bin] >= counts[min(63, bin + 1)]
        }!
        let glass = (Float(mode) + 0.5) / 64
        var inPart = [(glass: Int, all: Int)](repeating: (0, 0), count: 16)
        var sum = SIMD3<Float>.zero
        var brighter = 0
        for y in 0..<height {
            for x in 0..<width {
                let at = y * width + x, part = 4 * (4 * y / height) + 4 * x / width
                inPart[part].all += 1
                brighter += grey[at] > glass * 1.2 + 0.02 ? 1 : 0
                guard isSmooth[at], abs(grey[at] - glass) < 0.2 * glass + 0.01 else { continue }
                inPart[part].glass += 1
                sum += SIMD3(small.samples[3 * at], small.samples[3 * at + 1], small.samples[3 * at + 2])
            }
        }
        partsWithGlass = inPart.count { 100 * $0.glass >= 3 * $0.all }
        tint = sum.max() > 0 ? Double((sum.max() - sum.min()) / sum.max()) : 0
        brighterThanGlass = Double(brighter) / Double(grey.count)
    }

    /// Of twelve; nil for what has next to no colour.
    private static func hue(_ red: Float, _ green: Float, _ blue: Float) -> Int? {
        let most = max(red, green, blue), least = min(red, green, blue), spread = most - least
        guard most > 0.15, spread > 0.25 * most else { return nil }
        let sixth: Float =
            if most == red {
                (green - blue) / spread + 6
            } else if most == green {
                (blue - red) / spread + 2
            } else {
                (red - green) / spread + 4
            }
        return Int(saturating: 2 * sixth) % 12
    }
}

/// The field's samples, read in place.
private struct Source<Sample: FixedWidthInteger> {
    let samples: UnsafeBufferPointer<Sample>
    let width: Int
    let height: Int
    let channels: Int
    /// To 0...1.
    let factor: Float

    @inline(__always)
    func value(_ x: Int, _ y: Int, _ channel: Int) -> Float {
        Float(samples[(y * width + x) * channels + channel]) * factor
    }

    /// RGB means over squares of `size` pixels.
    func binned(by size: Int) -> Picture<Float> {
        let (newWidth, newHeight) = (max(1, width / size), max(1, height / size))
        let (across, down) = (min(size, width), min(size, height))
        var result = Picture<Float>(width: newWidth, height: newHeight, channels: 3, filledWith: 0)
        for y in 0..<newHeight {
            for x in 0..<newWidth {
                for channel in 0..<3 {
                    let from = channels == 1 ? 0 : channel
                    var sum: Float = 0
                    for dy in 0..<down { for dx in 0..<across { sum += value(x * size + dx, y * size + dy, from) } }
                    result[x, y, channel] = sum / Float(across * down)
                }
            }
        }
        return result
    }

    /// The blur of the field's steepest edges, from how much flatter a further blur makes them: a step blurred by b has
    /// the slope 1 / sqrt(b² + s²) after a Gaussian of s.
    /// - size: pixels a side that are taken together.
    /// - Returns: in these larger pixels; nil where nothing stands out from the glass.
    func edgeBlur(binnedBy size: Int, light: Float) -> Double? {
        // The middle of a large field tells it.
        let (fullWidth, fullHeight) = (width / size, height / size)
        let (newWidth, newHeight) = (min(fullWidth, 1536), min(fullHeight, 1536))
        guard newWidth >= 48, newHeight >= 48 else { return nil }
        let (left, top) = ((fullWidth - newWidth) / 2, (fullHeight - newHeight) / 2)
        var grey = Picture<Float>(width: newWidth, height: newHeight, channels: 1, filledWith: 0)
        let scale = 1 / (light * Float(size * size * channels))
        for y in 0..<newHeight {
            for x in 0..<newWidth {
                var sum: Float = 0
                for dy in 0..<size {
                    for dx in 0..<size {
                        for channel in 0..<channels {
                            sum += value((left + x) * size + dx, (top + y) * size + dy, channel)
                        }
                    }
                }
                grey.samples[y * newWidth + x] = sum * scale
            }
        }
        let (fine, coarse) = (1.5, 6.0)
        let slopes = grey.gradientMagnitude(sigma: fine), flattened = grey.gradientMagnitude(sigma: coarse)
        let some = stride(from: 0, to: flattened.samples.count, by: 5).map { flattened.samples[$0] }.sorted()
        let steepest = some[some.count * 995 / 1000]
        guard steepest >= 0.01 else { return nil }
        // On the crest of an edge: the steepest nearby, of both.
        var ratios: [Float] = []
        let reach = 6
        for y in stride(from: 0, to: newHeight, by: 3) {
            for x in stride(from: 0, to: newWidth, by: 3) {
                guard flattened.samples[y * newWidth + x] >= 0.7 * steepest else { continue }
                var best: Float = 0, bestFlattened: Float = 0
                for near in max(0, y - reach)...min(newHeight - 1, y + reach) {
                    for at in max(0, x - reach)...min(newWidth - 1, x + reach) {
                        best = max(best, slopes.samples[near * newWidth + at])
                        bestFlattened = max(bestFlattened, flattened.samples[near * newWidth + at])
                    }
                }
                ratios.append(best / bestFlattened)
            }
        }
        guard !ratios.isEmpty else { return nil }
        ratios.sort()
        let ratio = Double(ratios[ratios.count / 2])
        let square = max(ratio * ratio, 1.0001)
        return max(0, (coarse * coarse - square * fine * fine) / (square - 1)).squareRoot()
    }
}
