internal import Imaging
internal import Quantities

/// A preview ready to be compared: what lies on the slide, on glass of 0.
struct FieldContent: Sendable {
    let picture: Picture<Float>
    /// 1 where something lies, as opposed to noise.
    let active: [UInt8]
    /// What hangs together of it: grains, clusters of them, dirt.
    let objects: [Object]

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
        let middle = Self.median(picture.samples)
        for at in picture.samples.indices { picture.samples[at] -= middle }
        let deviation = 1.4826 * Self.median(picture.samples.map(abs))
        let floor = max(0.015, 4 * deviation)
        self.picture = picture
        active = picture.samples.map { abs($0) > floor ? 1 : 0 }
        objects = Self.objects(active, width: picture.width)
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

    private static func median(_ values: [Float]) -> Float {
        var some = stride(from: 0, to: values.count, by: 7).map { values[$0] }
        some.sort()
        return some[some.count / 2]
    }
}
