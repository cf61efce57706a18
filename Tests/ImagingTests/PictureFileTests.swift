import Foundation
import Imaging
import Testing

/// Files of other writers; Fixtures/make_fixtures.py says what lies in them.
@Suite struct PictureFileTests {
    private func bytes(_ name: String) throws -> [UInt8] {
        let folder = try #require(Bundle.module.resourceURL).appendingPathComponent("Fixtures")
        return [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    @Test func deepGreyTIFFIsRead() throws {
        guard case .bits16(let picture) = try PictureFile.decode(bytes("grey16.tif"), name: "a") else {
            Issue.record("not 16 bits")
            return
        }
        #expect(picture.width == 7 && picture.height == 5 && picture.channels == 1)
        for y in 0..<5 { for x in 0..<7 { #expect(picture[x, y] == UInt16(1000 * y + 100 * x)) } }
    }

    @Test func compressedColourTIFFIsRead() throws {
        guard case .bits8(let picture) = try PictureFile.decode(bytes("rgb8-lzw.tif"), name: "a") else {
            Issue.record("not 8 bits")
            return
        }
        #expect(picture.width == 9 && picture.height == 6 && picture.channels == 3)
        for y in 0..<6 {
            for x in 0..<9 {
                #expect(
                    [picture[x, y, 0], picture[x, y, 1], picture[x, y, 2]] == [10 * x, 20 * y, x + y].map(UInt8.init))
            }
        }
    }

    @Test func tiledTIFFIsRead() throws {
        guard case .bits8(let picture) = try PictureFile.decode(bytes("rgb8-tiles.tif"), name: "a") else {
            Issue.record("not 8 bits")
            return
        }
        #expect(picture.width == 40 && picture.height == 24)
        for y in 0..<24 {
            for x in 0..<40 {
                #expect([picture[x, y, 0], picture[x, y, 1], picture[x, y, 2]] == [x, y, x * y % 256].map(UInt8.init))
            }
        }
    }

    @Test func planesApartAndTheOtherByteOrderAreRead() throws {
        guard case .bits16(let picture) = try PictureFile.decode(bytes("planar16.tif"), name: "a") else {
            Issue.record("not 16 bits")
            return
        }
        for y in 0..<4 {
            for x in 0..<6 { for c in 0..<3 { #expect(picture[x, y, c] == UInt16(10000 * c + 1000 * y + x)) } }
        }
    }

    @Test func jpegIsRead() throws {
        guard case .bits8(let colour) = try PictureFile.decode(bytes("rgb-jpeg.jpg"), name: "a"),
            case .bits8(let grey) = try PictureFile.decode(bytes("grey8-jpeg.jpg"), name: "a")
        else {
            Issue.record("not 8 bits")
            return
        }
        #expect(colour.channels == 3 && colour.width == 32 && colour.height == 16 && grey.channels == 1)
        for (channel, value) in [200, 40, 90].enumerated() { #expect(abs(Int(colour[4, 4, channel]) - value) <= 3) }
        for (channel, value) in [20, 120, 240].enumerated() { #expect(abs(Int(colour[28, 4, channel]) - value) <= 3) }
        #expect(abs(Int(grey[4, 4]) - 200) <= 2)
    }

    @Test(arguments: ["grey16.tif", "rgb8-lzw.tif", "rgb8-tiles.tif", "planar16.tif", "rgb-jpeg.jpg", "grey8-jpeg.jpg"])
    func filesCutShortAreRefused(name: String) throws {
        let whole = try bytes(name)
        for part in [3, 8, 20, whole.count / 3, whole.count / 2, whole.count - 30] {
            #expect(throws: ImagingError.self) { try PictureFile.decode(Array(whole.prefix(part)), name: name) }
        }
    }

    @Test func damagedFilesNeverCrash() throws {
        for name in ["rgb8-lzw.tif", "rgb8-tiles.tif", "planar16.tif", "grey16.tif", "rgb-jpeg.jpg"] {
            let whole = try bytes(name)
            for position in stride(from: 4, to: whole.count, by: 3) {
                for value: UInt8 in [0, 0x7F, 0xFF] {
                    var broken = whole
                    broken[position] = value
                    // Either a picture of moderate size or a refusal.
                    if let picture = try? PictureFile.decode(broken, name: name) {
                        #expect(picture.width * picture.height <= 1 << 28)
                    }
                }
            }
        }
    }

    @Test func whatIsNoPictureIsRefusedByName() throws {
        let error = #expect(throws: ImagingError.self) {
            try PictureFile.decode(Array("file,species\n".utf8), name: "field-7.tif")
        }
        #expect(error?.message.contains("field-7.tif is not a picture") == true)
        #expect(throws: ImagingError.self) { try PictureFile.decode([], name: "empty.png") }
    }
}
