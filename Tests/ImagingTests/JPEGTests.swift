import Foundation
import Imaging
import Testing

@Suite struct JPEGTests {
    private func gradient(_ width: Int, _ height: Int, channels: Int) -> Picture<UInt8> {
        var picture = Picture<UInt8>(width: width, height: height, channels: channels, filledWith: 0)
        for y in 0..<height {
            for x in 0..<width {
                for channel in 0..<channels { picture[x, y, channel] = UInt8((x * 2 + y + 40 * channel) % 200 + 20) }
            }
        }
        return picture
    }

    @Test(arguments: [(64, 48, 3), (37, 5, 1), (1, 1, 3)])
    func whatIsWrittenIsReadBack(width: Int, height: Int, channels: Int) throws {
        let picture = gradient(width, height, channels: channels)
        let bytes = try JPEG.encode(picture, quality: 95, comment: "Synthesised")
        guard case .bits8(let back) = try PictureFile.decode(bytes, name: "a") else {
            Issue.record("not 8 bits")
            return
        }
        #expect(back.width == width && back.height == height && back.channels == channels)
        let error = zip(picture.samples, back.samples).map { abs(Int($0) - Int($1)) }.reduce(0, +)
        #expect(Double(error) / Double(picture.samples.count) < 6)
        #expect(
            Data(bytes).range(of: Data([0xFF, 0xFE])) != nil && Data(bytes).range(of: Data("Synthesised".utf8)) != nil)
    }

    @Test func whatJPEGCannotHoldIsRefused() {
        let two = Picture<UInt8>(width: 4, height: 4, channels: 2, filledWith: 0)
        #expect(throws: ImagingError.self) { try JPEG.encode(two) }
        let wide = Picture<UInt8>(width: 65_501, height: 1, channels: 1, filledWith: 0)
        #expect { try JPEG.encode(wide) } throws: { ($0 as? ImagingError)?.code == .cannotEncode }
        let picture = gradient(8, 8, channels: 3)
        #expect(throws: ImagingError.self) {
            try JPEG.encode(picture, comment: String(repeating: "x", count: 65_001))
        }
    }

    @Test func shrinkingAveragesAndKeepsProportion() {
        let picture = gradient(100, 60, channels: 3)
        let small = picture.shrunk(toWidth: 25)
        #expect(small.width == 25 && small.height == 15)
        #expect(picture.shrunk(toWidth: 100) == picture && picture.shrunk(toWidth: 400) == picture)
        var sum = 0
        for y in 0..<4 { for x in 0..<4 { sum += Int(picture[x, y, 1]) } }
        #expect(abs(Int(small[0, 0, 1]) - sum / 16) <= 1)
    }
}
