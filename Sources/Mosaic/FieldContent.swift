internal import Imaging
internal import Quantities

/// A preview ready to be compared: what lies on the slide, on glass of 0.
struct FieldContent: Sendable {
    let picture: Picture<Float>
    /// 1 where something lies, as opposed to noise.
    let active: [UInt8]
    /// What hangs together of it: grains, clusters of them, dirt.
    let objects: [Object]
    /// Of the picture in the corner of a canvas twice as large, so that no shift wraps around it.
    let spectrum: Spectrum

    struct Object: Sendable {
        /// Places in the picture's samples.
        let pixels: [Int32]
        let middle: SIMD2<Double>
        /// Of the circle of the same area, in pixels.
        let diameter: Double
    }

    /// Fewer pixels that hang together may be noise.
    private static let leastPixels = 6

    init(_ preview: FieldPreview, _ pattern: StaticPattern?) {
        var picture = preview.picture
        if let pattern {
            for at in picture.samples.indices { picture.samples[at] -= Float(pattern.samples[at]) * FieldPreview.unit }
        }
        let glass = Self.glass(picture.samples)
        for at in picture.samples.indices { picture.samples[at] -= glass.level }
        let floor = max(0.015, 5 * glass.deviation)
        self.picture = picture
        active = picture.samples.map { abs($0) > floor ? 1 : 0 }
        objects = Self.objects(active, width: picture.width)
        spectrum =
            picture.padded(
                width: (2 * picture.width).fastTransformLength, height: (2 * picture.height).fastTransformLength
            ).spectrum
    }

    /// Whether enough lies in the field to compare it at all.
    var isEmpty: Bool { active.reduce(0) { $0 + Int($1) } < max(24, active.count / 2000) }

    private static func objects(_ active: [UInt8], width: Int) -> [Object] {
        var left = active
        var objects: [Object] = []
        for start in left.indices where left[start] == 1 {
            left[start] = 0
            var pixels = [Int32(start)], next = 0
            var sum = SIMD2<Double>.zero
            while next < pixels.count {
                let at = Int(pixels[next]), x = at % width
                next += 1
                sum += SIMD2(Double(x), Double(at / width))
                for (other, isThere) in [
                    (at - 1, x > 0), (at + 1, x < width - 1), (at - width, at >= width),
                    (at + width, at + width < left.count),
                ] where isThere && left[other] == 1 {
                    left[other] = 0
                    pixels.append(Int32(other))
                }
            }
            guard pixels.count >= leastPixels else { continue }
            let area = Double(pixels.count)
            objects.append(Object(pixels: pixels, middle: sum / area, diameter: 2 * (area / .pi).squareRoot()))
        }
        return objects
    }

    /// The glass of a field that grains may cover for the most part: its level and its standard deviation, by the shortest
    /// interval that holds a quarter of the samples.
    private static func glass(_ values: [Float]) -> (level: Float, deviation: Float) {
        let some = stride(from: 0, to: values.count, by: 7).map { values[$0] }.sorted()
        let quarter = some.count / 4
        let start = (0..<some.count - quarter).min { some[$0 + quarter] - some[$0] < some[$1 + quarter] - some[$1] }!
        let (low, high) = (some[start], some[start + quarter])
        // Within 0.3186 standard deviations of its middle lies a quarter of a normal distribution.
        return ((low + high) / 2, (high - low) / (2 * 0.3186))
    }
}

extension Picture where Sample == Float {
    /// In the corner of a larger canvas of zeros.
    fileprivate func padded(width newWidth: Int, height newHeight: Int) -> Picture {
        var result = Picture(width: newWidth, height: newHeight, channels: 1, filledWith: 0)
        for y in 0..<height {
            result.samples.replaceSubrange(
                y * newWidth..<y * newWidth + width, with: samples[y * width..<(y + 1) * width])
        }
        return result
    }
}
