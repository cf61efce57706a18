import Evaluation
import Foundation
import Imaging
import Testing

@Suite struct PictureQualityTests {
    private struct Case: Decodable {
        let width: Int, height: Int
        let mix: Double, l1: Double, psnr: Double, ssim: Double
    }

    /// As `pattern` in Fixtures/make_fixtures.py.
    private func pattern(_ width: Int, _ height: Int, seed: Int) -> [Double] {
        var state = seed
        let raw = (0..<width * height).map { _ in
            state = (state * 1_103_515_245 + 12345) % 2_147_483_648
            return Double(state >> 16 & 255)
        }
        return raw.indices.map { at in
            let x = at % width, y = at / width
            let up = raw[(y + height - 1) % height * width + x], left = raw[y * width + (x + width - 1) % width]
            return ((raw[at] + up + left) / 3).rounded(.down)
        }
    }

    private func picture(_ values: [Double], _ width: Int, _ height: Int) -> Picture<Float> {
        Picture(width: width, height: height, channels: 1, samples: values.map { Float($0 / 255) })
    }

    @Test func figuresAreThoseOfSciPy() throws {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/quality", withExtension: "json"))
        let cases = try JSONDecoder().decode([Case].self, from: Data(contentsOf: url))
        #expect(cases.count == 4)
        for one in cases {
            let truth = pattern(one.width, one.height, seed: 7), noise = pattern(one.width, one.height, seed: 99)
            let drawn = zip(truth, noise).map { ((1 - one.mix) * $0 + one.mix * $1).rounded(.down) }
            let found = PictureQuality(
                picture(drawn, one.width, one.height), true: picture(truth, one.width, one.height))
            #expect(abs(found.l1 - one.l1) < 1e-6)
            #expect(abs(found.psnr - one.psnr) < 1e-3)
            #expect(abs(found.ssim - one.ssim) < 1e-5)
        }
    }

    @Test func overlapOfMapsIsCountedInPixels() {
        var truth = Picture<Float>(width: 10, height: 10, channels: 3, filledWith: 0), drawn = truth
        for y in 0..<4 { for x in 0..<4 { truth[x, y, 0] = 1 } }  // 16 pixels
        for y in 2..<6 { for x in 0..<4 { drawn[x, y, 0] = 0.9 } }  // 16 pixels, 8 in common
        drawn[9, 9, 0] = 0.6
        drawn[9, 9, 2] = 0.7  // belongs to the other class
        var overlap = MapOverlap()
        overlap.add(drawn, true: truth, channel: 0, of: [0, 2])
        #expect(overlap.intersection == 8 && overlap.union == 24)
        #expect(overlap.intersectionOverUnion == 8.0 / 24)
    }
}
