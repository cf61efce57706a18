import Imaging
import Mosaic

/// A slide of dark discs on glass, drawn by an independent formula and looked at through windows.
struct SyntheticSlide {
    var discs: [(centre: SIMD2<Double>, radius: Double)] = []
    /// In the frame of the camera: x, y, radius.
    var dirt: [(centre: SIMD2<Double>, radius: Double)] = []
    var width = 320
    var height = 240
    /// Brightness lost at the corners, 0...1.
    var fallOff = 0.35

    static func scattered(_ count: Int, width: Double, height: Double, seed: UInt64) -> SyntheticSlide {
        var random = Steps(seed: seed)
        var slide = SyntheticSlide()
        slide.discs = (0..<count).map { _ in
            (SIMD2(random.next() * width, random.next() * height), 6 + 8 * random.next())
        }
        return slide
    }

    /// The window whose upper left corner lies at `corner`, in pixels of the slide.
    func picture(at corner: SIMD2<Double>, noise seed: UInt64) -> Picture<UInt8> {
        var random = Steps(seed: seed)
        let exposure = 0.8 * (0.95 + 0.1 * random.next())
        var result = Picture<UInt8>(width: width, height: height, channels: 3, filledWith: 0)
        for y in 0..<height {
            for x in 0..<width {
                let p = SIMD2(Double(x), Double(y))
                var light = exposure
                let u = 2 * p / SIMD2(Double(width), Double(height)) - 1
                light *= 1 - fallOff * (u * u).sum() / 2
                for (centre, radius) in discs { light *= Self.shade(p + corner - centre, radius) }
                for (centre, radius) in dirt { light *= Self.shade(p - centre, radius) }
                light += 0.012 * (random.next() + random.next() - 1)
                for channel in 0..<3 { result[x, y, channel] = UInt8(max(0, min(255, light * 255))) }
            }
        }
        return result
    }

    /// 0.5 within, 1 beyond, with a soft edge of two pixels.
    private static func shade(_ offset: SIMD2<Double>, _ radius: Double) -> Double {
        if abs(offset.x) > radius + 2 || abs(offset.y) > radius + 2 { return 1 }
        let inside = max(0, min(1, (radius + 1 - (offset * offset).sum().squareRoot()) / 2))
        return 1 - 0.5 * inside
    }

    /// Numbers 0..<1 from a fixed start (Knuth's MMIX generator).
    struct Steps {
        var state: UInt64
        init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }
        mutating func next() -> Double {
            for _ in 0..<2 { state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407 }
            return Double(state >> 11) * 0x1p-53
        }
    }
}

extension SyntheticSlide {
    /// Fields at these corners, placed.
    /// - Parameter stage: stated positions in µm; pixels are 1 µm.
    func placed(
        at corners: [SIMD2<Double>], stage: [SIMD2<Double>?]? = nil, uncertainty: Double = 10
    ) -> (SlidePlacement, [FieldDescription]) {
        let pictures = corners.enumerated().map { picture(at: $1, noise: UInt64($0 + 1)) }
        return Self.placed(pictures, stage: stage, uncertainty: uncertainty)
    }

    static func placed(
        _ pictures: [Picture<UInt8>], stage: [SIMD2<Double>?]? = nil, uncertainty: Double = 10
    ) -> (SlidePlacement, [FieldDescription]) {
        var placer = SlidePlacer()
        for (number, picture) in pictures.enumerated() {
            placer.add(
                FieldDescription(
                    width: picture.width, height: picture.height, nmPerPixel: 1000,
                    stageMicrometres: stage?[number], stageUncertaintyMicrometres: uncertainty), picture: picture)
        }
        return (placer.place { pictures[$0] }, placer.descriptions)
    }

    /// A serpentine of 3 x 3 windows that share about a fifth with their neighbours.
    static let corners: [SIMD2<Double>] = [
        [10, 12], [266.5, 8.25], [520.5, 15.75], [524, 204.5], [262.25, 207.5], [5, 199.75], [12.5, 396], [270, 393.5],
        [527.75, 400.25],
    ]
}
