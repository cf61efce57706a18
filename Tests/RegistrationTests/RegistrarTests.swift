import Foundation
import Imaging
import Registration
import Testing

@Suite struct RegistrarTests {
    /// Smooth blobs at random places: a formula, so that it can be drawn moved by any amount without interpolation.
    private struct Scene {
        var blobs: [(at: SIMD2<Double>, size: Double, height: Double)] = []

        init(seed: UInt64, count: Int = 60, extent: Double = 500) {
            var state = seed
            func random() -> Double {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Double(state >> 33) / Double(1 << 31)
            }
            for _ in 0..<count {
                blobs.append(
                    (SIMD2(random() - 0.3, random() - 0.3) * extent, 3 + 6 * random(), 0.3 + random()))
            }
        }

        /// The scene seen so that its point p lies at `map(p)`.
        func picture(_ map: Similarity, width: Int, height: Int) -> Picture<Float> {
            var result = Picture<Float>(width: width, height: height, channels: 1, filledWith: 0.2)
            for blob in blobs {
                let centre = map(blob.at), size = blob.size * map.scale
                let reach = Int(5 * size) + 1
                func span(_ middle: Double, _ length: Int) -> Range<Int> {
                    let first = min(length, max(0, Int(middle) - reach))
                    return first..<max(first, min(length, Int(middle) + reach))
                }
                for y in span(centre.y, height) {
                    for x in span(centre.x, width) {
                        let d = SIMD2(Double(x), Double(y)) - centre
                        result[x, y] += Float(blob.height * exp(-(d * d).sum() / (2 * size * size)))
                    }
                }
            }
            return result
        }
    }

    private func distance(_ a: SIMD2<Double>, _ b: SIMD2<Double>) -> Double { ((a - b) * (a - b)).sum().squareRoot() }

    @Test(arguments: [SIMD2(0, 0), SIMD2(12.3, -7.6), SIMD2(-60.45, 33.25), SIMD2(100.5, 0.1)])
    func shiftsAreFoundToATwentiethOfAPixel(shift: SIMD2<Double>) throws {
        let scene = Scene(seed: 1)
        let fixed = scene.picture(.identity, width: 240, height: 200)
        let moving = scene.picture(Similarity(offset: -shift), width: 240, height: 200)
        let found = try Registrar(searchSide: 128).register(moving, onto: fixed)
        #expect(distance(found.transform.offset, shift) < 0.05)
        #expect(found.confidence > 0.9)
    }

    @Test(arguments: [(1.08, 4.0), (0.93, -11.0), (1.2, 30.0), (0.85, 140.0)])
    func scaleAndRotationAreFound(scale: Double, degrees: Double) throws {
        let scene = Scene(seed: 2)
        let truth = Similarity(
            scale: scale, rotation: degrees * .pi / 180, moving: SIMD2(100, 94), to: SIMD2(108.4, 88.8))
        let moving = scene.picture(.identity, width: 200, height: 200)
        let fixed = scene.picture(truth, width: 200, height: 190)
        let registrar = Registrar(scaleRange: 0.8...1.25, rotationLimit: .pi, minimumOverlap: 0.3)
        let found = try registrar.register(moving, onto: fixed)
        #expect(abs(found.transform.scale / truth.scale - 1) < 0.001)
        for corner in [SIMD2(0.0, 0.0), SIMD2(199, 0), SIMD2(0, 199), SIMD2(199, 199)] {
            #expect(distance(found.transform(corner), truth(corner)) < 0.15)
        }
    }

    @Test func brightnessAndNoiseMoveNothing() throws {
        let scene = Scene(seed: 3)
        let fixed = scene.picture(.identity, width: 200, height: 200)
        var moving = scene.picture(Similarity(offset: SIMD2(-20.25, 14.75)), width: 200, height: 180)
        var state: UInt64 = 5
        for i in moving.samples.indices {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            moving.samples[i] = 3 + 0.4 * moving.samples[i] + 0.05 * (Float(state >> 40) / Float(1 << 24) - 0.5)
        }
        let found = try Registrar().register(moving, onto: fixed)
        #expect(distance(found.transform.offset, SIMD2(20.25, -14.75)) < 0.1)
    }

    @Test func smallOverlapsOfSlideMosaicsAreFound() throws {
        let scene = Scene(seed: 4, count: 120, extent: 700)
        let left = scene.picture(.identity, width: 256, height: 256)
        let right = scene.picture(Similarity(offset: SIMD2(-210.5, 3.25)), width: 256, height: 256)
        let found = try Registrar(minimumOverlap: 0.1).register(right, onto: left)
        #expect(distance(found.transform.offset, SIMD2(210.5, -3.25)) < 0.1)
        #expect(abs(found.overlap - 0.1755) < 0.002)
    }

    @Test func picturesOfOtherFieldsAreRefusedWithTheBestThatWasFound() throws {
        for seed in 10..<14 as Range<UInt64> {
            let fixed = Scene(seed: seed).picture(.identity, width: 200, height: 200)
            let moving = Scene(seed: seed + 100).picture(.identity, width: 200, height: 200)
            let error = #expect(throws: RegistrationError.self) {
                try Registrar(scaleRange: 0.9...1.1, rotationLimit: 0.1, minimumOverlap: 0.3).register(
                    moving, onto: fixed)
            }
            #expect(error?.code == .uncertain)
        }
    }

    @Test func anEmptyPictureIsRefused() {
        let scene = Scene(seed: 1).picture(.identity, width: 100, height: 100)
        let empty = Picture<Float>(width: 100, height: 100, channels: 1, filledWith: 0.5)
        #expect(throws: RegistrationError.self) { try Registrar().estimate(empty, onto: scene) }
    }

    @Test func mapsOfThePlaneComposeAndInvert() {
        let a = Similarity(scale: 1.3, rotation: 2.5, offset: SIMD2(4, -7))
        let b = Similarity(scale: 0.7, rotation: 1.9, offset: SIMD2(-3, 11))
        let p = SIMD2(13.0, -5.0)
        #expect(distance(a.after(b)(p), a(b(p))) < 1e-9)
        #expect(distance(a.inverse(a(p)), p) < 1e-9)
        // Corners of pixels stay where they are: the edge -0.5 is the edge -0.5 at any pixel size.
        let coarse = Similarity(offset: SIMD2(8, 4)).coarser(by: 4)
        #expect(distance(coarse.offset, SIMD2(2, 1)) < 1e-9)
    }
}
