internal import Foundation
internal import Grains
internal import Imaging
internal import Quantities
internal import Randomness

/// A slide without end, of round grains that each look like no other, drawn in a moment: what surveying a slide of many
/// fields costs is measured on it. Equal places are drawn alike, with noise, exposure and the sensor's dirt over them.
struct DrawnSlide: Sendable {
    struct Grain: Sendable {
        /// The same in every field.
        let id: Int
        let middle: SIMD2<Double>
        let radius: Double
    }

    struct Field: Sendable {
        let picture: Picture<UInt8>
        /// Those that it shows, cut at its border.
        let grains: [(id: Int, grain: Grains.Grain)]
    }

    /// In pixels.
    let width: Int
    let height: Int
    let nmPerPixel: Double

    /// Side of the squares that grains are dealt out to, in µm.
    private static let square = 100.0
    private static let mostGrains = 5
    private static let dirtSpecks = 4

    init(width: Int, height: Int, nmPerPixel: Double) {
        self.width = width
        self.height = height
        self.nmPerPixel = nmPerPixel
    }

    var sizeMicrometres: SIMD2<Double> { SIMD2(Double(width), Double(height)) * (nmPerPixel / 1000) }

    /// Grains whose middles lie within a rectangle.
    private func grains(from low: SIMD2<Double>, to high: SIMD2<Double>) -> [Grain] {
        let (first, last) = ((low / Self.square).rounded(.down), (high / Self.square).rounded(.down))
        var grains: [Grain] = []
        for row in Int(saturating: first.y)...Int(saturating: last.y) {
            for column in Int(saturating: first.x)...Int(saturating: last.x) {
                let square = row &* 1_000_003 &+ column
                var random = SplitMix64(square)
                for number in 0..<Int(saturating: random.uniform() * Double(Self.mostGrains + 1)) {
                    let corner = SIMD2(Double(column), Double(row)) * Self.square
                    let middle = corner + SIMD2(random.uniform(), random.uniform()) * Self.square
                    let radius = 5 + 8 * random.uniform()
                    guard middle.x >= low.x, middle.y >= low.y, middle.x <= high.x, middle.y <= high.y else { continue }
                    grains.append(Grain(id: square &* 8 &+ number, middle: middle, radius: radius))
                }
            }
        }
        return grains
    }

    /// What the camera sees.
    /// - Parameters:
    ///   - corner: upper left one of the field on the slide, in µm.
    ///   - capture: another number gives other noise.
    func field(at corner: SIMD2<Double>, capture: Int) -> Field {
        let step = nmPerPixel / 1000
        var random = SplitMix64(capture &* 7919 &+ 13)
        let exposure = Float(0.75 + 0.05 * random.uniform())
        var light = [Float](repeating: 0, count: width * height)
        for y in 0..<height {
            let v = 2 * Float(y) / Float(height) - 1
            for x in 0..<width {
                let u = 2 * Float(x) / Float(width) - 1
                light[y * width + x] = exposure * (1 - 0.15 * (u * u + v * v))
            }
        }
        func shade(_ middle: SIMD2<Double>, _ radius: Double, _ depth: Float) {
            let low = pointwiseMax((middle - radius - 1).rounded(.down), .zero)
            let high = pointwiseMin(
                (middle + radius + 1).rounded(.up), SIMD2(Double(width - 1), Double(height - 1)))
            guard low.x <= high.x, low.y <= high.y else { return }
            for y in Int(saturating: low.y)...Int(saturating: high.y) {
                for x in Int(saturating: low.x)...Int(saturating: high.x) {
                    let off = SIMD2(Double(x), Double(y)) - middle
                    let inside = Float(max(0, min(1, radius + 0.5 - (off * off).sum().squareRoot())))
                    light[y * width + x] *= 1 - depth * inside
                }
            }
        }
        var found: [(id: Int, grain: Grains.Grain)] = []
        let reach = SIMD2(repeating: 13.0)
        for grain in grains(from: corner - reach, to: corner + sizeMicrometres + reach) {
            let middle = (grain.middle - corner) / step - 0.5, radius = grain.radius / step
            var looks = SplitMix64(grain.id &* 31 &+ 7)
            shade(middle, radius, Float(0.2 + 0.35 * looks.uniform()))
            for _ in 0..<12 {
                let angle = 2 * .pi * looks.uniform(), away = 0.75 * radius * looks.uniform().squareRoot()
                shade(
                    middle + away * SIMD2(cos(angle), sin(angle)), radius * (0.1 + 0.25 * looks.uniform()),
                    Float(0.8 * looks.uniform() - 0.35))
            }
            if let seen = outline(of: grain.id, middle, radius) { found.append((grain.id, seen)) }
        }
        var dust = SplitMix64(99)
        for _ in 0..<Self.dirtSpecks {
            let place = SIMD2(dust.uniform() * Double(width), dust.uniform() * Double(height))
            shade(place, (3 + 4 * dust.uniform()) / step, 0.35)
        }
        var picture = Picture<UInt8>(width: width, height: height, channels: 3, filledWith: 0)
        for at in light.indices {
            let value = light[at] + Float(0.008 * (random.uniform() + random.uniform() - 1))
            let level = UInt8(saturating: max(0, min(255, value * 255)))
            for channel in 0..<3 { picture.samples[3 * at + channel] = level }
        }
        return Field(picture: picture, grains: found)
    }

    /// As a lens that makes no mistake sees it; nil where nothing of it lies in the field.
    private func outline(of id: Int, _ middle: SIMD2<Double>, _ radius: Double) -> Grains.Grain? {
        func clip(_ point: SIMD2<Double>) -> SIMD2<Double> {
            pointwiseMax(
                SIMD2(repeating: -0.5), pointwiseMin(point, SIMD2(Double(width) - 0.5, Double(height) - 0.5)))
        }
        let corners = (0..<24).map { step in
            let angle = Double(step) * .pi / 12
            return clip(middle + radius * SIMD2(cos(angle), sin(angle)))
        }
        let low = corners.reduce(corners[0], pointwiseMin), high = corners.reduce(corners[0], pointwiseMax)
        guard high.x - low.x > 4, high.y - low.y > 4 else { return nil }
        let step = nmPerPixel / 1000
        let isCutFirst = middle.x - radius < -0.5 || middle.y - radius < -0.5
        let isCutLast = middle.x + radius > Double(width) - 0.5 || middle.y + radius > Double(height) - 0.5
        let area = (high.x - low.x) * (high.y - low.y) * .pi / 4
        return Grains.Grain(
            species: id % 2 == 0 ? "iva" : "galanthus", centroidPixels: .init(x: middle.x, y: middle.y),
            boundingBoxPixels: .init(x0: low.x + 0.5, y0: low.y + 0.5, x1: high.x + 0.5, y1: high.y + 0.5),
            areaSquareMicrometres: area * step * step, areaPixels: area,
            equivalentDiameterMicrometres: 2 * radius * step, confidence: 0.9, isOnBorder: isCutFirst || isCutLast,
            outlinePixels: corners.map { .init(x: $0.x, y: $0.y) },
            rejection: isCutLast ? .border : nil)
    }
}

extension SplitMix64 {
    /// Streams of neighbouring numbers have nothing in common.
    fileprivate init(_ number: Int) { self.init(seed: UInt64(bitPattern: Int64(number)) &* 0x2545_f491_4f6c_dd1d &+ 1) }
}
