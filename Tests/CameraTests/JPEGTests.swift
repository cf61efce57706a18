import Camera
import Foundation
import Imaging
import Testing

@Suite struct JPEGTests {
    let jpeg: [UInt8]

    init() throws {
        let url = Bundle.module.url(forResource: "bars-70x50", withExtension: "jpg", subdirectory: "Fixtures")
        jpeg = [UInt8](try Data(contentsOf: #require(url)))
    }

    private func unpack(_ bytes: [UInt8], width: Int = 70) throws -> Frame.Pixels {
        try bytes.withUnsafeBytes { try UnpackingTests.layout("MJPG", width, 50, stride: 0).unpack($0) }
    }

    @Test func barsAreDecoded() throws {
        let rgb = try unpack(jpeg).picture
        let bars: [[Int]] = [
            [255, 255, 255], [255, 255, 0], [0, 255, 255], [0, 255, 0], [255, 0, 255], [255, 0, 0], [0, 0, 255],
            [0, 0, 0],
        ]
        for (bar, colour) in bars.enumerated() {
            for channel in 0..<3 {
                #expect(abs(Int(rgb[70 * bar / 8 + 4, 25, channel]) - colour[channel]) <= 12)
            }
        }
    }

    /// libjpeg calls a file cut anywhere after its headers whole and fills the rest with grey.
    @Test func everyCutIsDamage() {
        for count in 0..<jpeg.count - 1 {
            let cut = Array(jpeg.prefix(count))
            #expect(cut.withUnsafeBytes { UnpackingTests.layout("MJPG", 70, 50, stride: 0).check($0) } != nil)
        }
    }

    @Test func paddingAfterTheEndIsNoDamage() throws {
        #expect(try unpack(jpeg + [UInt8](repeating: 0, count: 300)) == unpack(jpeg))
    }

    /// A thumbnail in the headers has an end-of-image marker of its own.
    @Test func markerInsideHeadersIsNotTheEnd() {
        let comment: [UInt8] = [0xFF, 0xFE, 0x00, 0x04, 0xFF, 0xD9]
        let cut = Array(jpeg.prefix(2)) + comment + Array(jpeg.dropFirst(2).dropLast(40))
        #expect(cut.withUnsafeBytes { UnpackingTests.layout("MJPG", 70, 50, stride: 0).check($0) } != nil)
    }

    @Test func anotherSizeIsDamageAndTheNextFrameIsWhole() throws {
        #expect(throws: FrameLayout.Damage.self) { try unpack(jpeg, width: 64) }
        #expect(try unpack(jpeg).picture.width == 70)
    }
}
