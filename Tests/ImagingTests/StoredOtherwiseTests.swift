import Foundation
import Imaging
import Testing

/// Pictures that are stored otherwise than they are meant: turned, shallow, in planes, with a scale.
@Suite struct StoredOtherwiseTests {
    /// 3 x 2, the red of each pixel its number.
    private let small = Picture<UInt8>(
        width: 3, height: 2, channels: 3, samples: (0..<6).flatMap { [UInt8($0), 50, 90] })

    private func fixture(_ name: String) throws -> [UInt8] {
        let folder = try #require(Bundle.module.resourceURL).appendingPathComponent("Fixtures")
        return [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    /// A PNG with a further chunk before its data.
    private func png(_ picture: Picture<UInt8>, _ name: String, _ body: [UInt8]) throws -> [UInt8] {
        let file = try PNG.encode(picture)
        let chunk = Array(name.utf8) + body
        let length = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: UInt32(body.count) >> $0) }
        return file[..<33] + length + chunk + crc32(chunk) + file[33...]
    }

    private func exif(_ orientation: UInt8, little: Bool = true) -> [UInt8] {
        little
            ? Array("II".utf8) + [42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0]
            : Array("MM".utf8) + [0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]
    }

    private func reds(_ content: PNG.Content) -> (width: Int, values: [Int]) {
        guard case .bits8(let picture) = content else { return (0, []) }
        return (
            picture.width,
            stride(from: 0, to: picture.samples.count, by: picture.channels).map { Int(picture.samples[$0]) }
        )
    }

    /// EXIF 2.3, figure of tag 0x0112: where row 0 and column 0 of what is stored are shown.
    @Test(arguments: [
        (1, 3, [0, 1, 2, 3, 4, 5]), (2, 3, [2, 1, 0, 5, 4, 3]), (3, 3, [5, 4, 3, 2, 1, 0]), (4, 3, [3, 4, 5, 0, 1, 2]),
        (5, 2, [0, 3, 1, 4, 2, 5]), (6, 2, [3, 0, 4, 1, 5, 2]), (7, 2, [5, 2, 4, 1, 3, 0]), (8, 2, [2, 5, 1, 4, 0, 3]),
        (9, 3, [0, 1, 2, 3, 4, 5]),
    ])
    func orientationIsObeyed(orientation: Int, width: Int, values: [Int]) throws {
        for little in [true, false] {
            let file = try png(small, "eXIf", exif(UInt8(orientation), little: little))
            let shown = reds(try PictureFile.decode(file, name: "a"))
            #expect(shown.width == width && shown.values == values)
        }
        guard orientation <= 8 else { return }
        // Tag 274 of the first directory of our own TIFF, which states 1.
        var tiff = try TIFF.encode([TIFF.Page(.bits8(small))])
        let entry = try #require(
            tiff.indices.dropLast(12).first {
                tiff[$0...].starts(with: [0x12, 1, 3, 0, 1, 0, 0, 0, 1, 0])
            })
        tiff[entry + 8] = UInt8(orientation)
        let shown = reds(try PictureFile.decode(tiff, name: "a"))
        #expect(shown.width == width && shown.values == values)
    }

    @Test func aJPEGThatLiesIsTurnedUp() throws {
        let lying = try fixture("rgb-jpeg.jpg")  // 32 x 16, left half another colour than the right
        let body = Array("Exif\0\0".utf8) + exif(6)
        let marked = lying[..<2] + [0xFF, 0xE1, 0, UInt8(body.count + 2)] + body + lying[2...]
        guard case .bits8(let stored) = try PictureFile.decode(lying, name: "a"),
            case .bits8(let shown) = try PictureFile.decode(Array(marked), name: "a")
        else {
            Issue.record("not 8 bits")
            return
        }
        #expect(shown.width == 16 && shown.height == 32)
        // Turned clockwise: what was left is above, what was below is left.
        #expect((0..<3).allSatisfy { shown[3, 4, $0] == stored[4, 12, $0] && shown[3, 28, $0] == stored[28, 12, $0] })
    }

    // MARK: Depth

    private func deep(_ values: [UInt16]) throws -> PictureFile.Reading {
        // Twenty rows, so that all values count.
        let picture = Picture(width: values.count, height: 20, channels: 1, samples: (0..<20).flatMap { _ in values })
        return try PictureFile.read(PNG.encode(picture), name: "deep.png")
    }

    @Test(arguments: [
        ([0, 700, 1023], 10, 1), ([16, 3000, 4080], 12, 1), ([5, 9000, 16383], 14, 1), ([1, 30000, 65535], 16, 1),
        ([0, 40_016, 65_520], 12, 16), ([64, 40_000, 65_472], 10, 64),
    ])
    func theTrueDepthIsFound(values: [UInt16], depth: Int, divisor: UInt16) throws {
        let reading = try deep(values)
        #expect(reading.bitDepth == depth)
        guard case .bits16(let samples) = reading.samples, case .bits16(let full) = reading.content else {
            Issue.record("not 16 bits")
            return
        }
        for (x, value) in values.enumerated() {
            #expect(samples[x, 3] == value / divisor)
            #expect(abs(Double(full[x, 3]) - Double(value / divisor) * 65535 / Double((1 << depth) - 1)) <= 0.5)
        }
    }

    @Test func aHotPixelHidesNoDepthAndEightBitsInSixteenAreRefused() throws {
        var picture = Picture<UInt16>(width: 200, height: 200, channels: 1, filledWith: 2000)
        picture.samples[777] = 65535
        let reading = try PictureFile.read(PNG.encode(picture), name: "hot.png")
        #expect(reading.bitDepth == 12)
        guard case .bits16(let full) = reading.content else {
            Issue.record("not 16 bits")
            return
        }
        #expect(full.samples[777] == 65535 && abs(Int(full.samples[0]) - 2000 * 65535 / 4095) <= 1)
        let error = #expect(throws: ImagingError.self) { try deep([3, 100, 255]) }
        #expect(error?.message.contains("end at 255 of 65535") == true)
    }

    // MARK: Scale

    @Test func theScaleThatAFileStatesIsRead() throws {
        #expect(try PictureFile.read(PNG.encode(small, nmPerPixel: 180), name: "a").nmPerPixel == 180)
        // 5,555,556 pixels a metre: 180 nm.
        let metres = try png(small, "pHYs", [0, 0x54, 0xC5, 0x64, 0, 0x54, 0xC5, 0x64, 1])
        #expect(abs(try #require(PictureFile.read(metres, name: "a").nmPerPixel) - 180) < 0.001)
        // 72 dots an inch are for print, and a shape of pixels (unit 0) is no scale.
        #expect(
            try PictureFile.read(png(small, "pHYs", [0, 0, 0x0B, 0x13, 0, 0, 0x0B, 0x13, 1]), name: "a").nmPerPixel
                == nil)
        #expect(
            try PictureFile.read(png(small, "pHYs", [0, 0x54, 0xC5, 0x64, 0, 0x54, 0xC5, 0x64, 0]), name: "a")
                .nmPerPixel == nil)
        let tiff = try TIFF.encode([TIFF.Page(.bits8(small), nmPerPixel: 83)])
        #expect(abs(try #require(PictureFile.read(tiff, name: "a").nmPerPixel) - 83) < 0.01)
        let imageJ = try TIFF.encode([
            TIFF.Page(.bits8(small), nmPerPixel: 1e7 / 5.5556, description: "ImageJ=1.54f\nunit=micron\n")
        ])
        #expect(abs(try #require(PictureFile.read(imageJ, name: "a").nmPerPixel) - 180) < 0.01)
        let ome =
            "<?xml version=\"1.0\"?><OME><Image><Pixels SizeC=\"1\" SizeT=\"1\" SizeZ=\"1\" PhysicalSizeX=\"0.083\"/></Image></OME>"
        let described = try TIFF.encode([TIFF.Page(.bits8(small), description: ome)])
        #expect(abs(try #require(PictureFile.read(described, name: "a").nmPerPixel) - 83) < 0.01)
    }

    // MARK: Pages

    private func plane(_ value: UInt8) -> TIFF.Page {
        TIFF.Page(.bits8(Picture(width: 4, height: 3, channels: 1, filledWith: value)))
    }

    private func refusal(_ pages: [TIFF.Page]) throws -> String? {
        let file = try TIFF.encode(pages)
        return #expect(throws: ImagingError.self) { try PictureFile.read(file, name: "stack.tif") }.map { "\($0)" }
    }

    @Test func threeChannelsOfImageJAreOnePicture() throws {
        var pages = [10, 20, 30].map { plane($0) }
        pages[0].description = "ImageJ=1.54f\nimages=3\nchannels=3\nhyperstack=true\nmode=composite\n"
        #expect(
            try PictureFile.decode(TIFF.encode(pages), name: "a")
                == .bits8(
                    Picture(width: 4, height: 3, channels: 3, samples: (0..<12).flatMap { _ in [UInt8(10), 20, 30] })))
    }

    @Test func planesThatAreNoOnePictureAreRefusedByName() throws {
        var pages = [10, 20, 30].map { plane($0) }
        #expect(try refusal(pages)?.contains("3 pages") == true)
        for (description, clue) in [
            ("ImageJ=1.54f\nimages=3\nslices=3\n", "3 planes of focus"),
            ("ImageJ=1.54f\nimages=3\nframes=3\n", "3 pictures in time"),
            ("ImageJ=1.54f\nimages=3\nchannels=3\nmode=grayscale\n", "3 channels"),
            ("<OME><Pixels SizeC=\"3\" SizeT=\"1\" SizeZ=\"1\"></Pixels></OME>", "3 channels"),
            ("<OME><Pixels SizeC=\"1\" SizeT=\"1\" SizeZ=\"3\"></Pixels></OME>", "3 planes of focus"),
        ] {
            pages[0].description = description
            let told = try refusal(pages)
            #expect(told?.contains("stack.tif") == true && told?.contains(clue) == true, "\(told ?? "")")
        }
        // ImageJ keeps large stacks behind one page.
        var single = plane(1)
        single.description = "ImageJ=1.54f\nimages=40\nslices=40\n"
        #expect(try refusal([single])?.contains("40 planes of focus") == true)
    }

    @Test func otherKindsOfFilesAreNamed() {
        let kinds: [([UInt8], String)] = [
            (Array("BM".utf8) + [UInt8](repeating: 1, count: 60), "BMP"), (Array("GIF89a".utf8), "GIF"),
            ([0, 0, 0, 24] + Array("ftypheic".utf8), "HEIC"), (Array("RIFF1234WEBP".utf8), "WebP"),
            (Array("ZISRAWFILE".utf8), "CZI"), (Array("%PDF-1.7".utf8), "PDF"), ([], "empty"),
        ]
        for (bytes, name) in kinds {
            let error = #expect(throws: ImagingError.self) { try PictureFile.read(bytes, name: "field.png") }
            #expect(error?.message.contains("field.png") == true && error?.message.contains(name) == true)
        }
    }
}
