import Foundation
import Imaging
import Testing

@Suite struct PNGTests {
    private func bytes(_ hex: String) -> [UInt8] {
        stride(from: 0, to: hex.utf8.count, by: 2).compactMap { UInt8(hex.dropFirst($0).prefix(2), radix: 16) }
    }

    private func refusal(_ bytes: [UInt8]) -> ImagingError? {
        #expect(throws: ImagingError.self) { try PNG.decode(bytes, name: "field.png") }
    }

    /// Files put together by a Python script with `struct` and `zlib` alone, from the PNG specification; see the
    /// comments for what was put in.
    private enum Foreign {
        /// 3 x 2 RGB; the second row with the `up` filter, as differences (0, 10, 0), (0, 1, 0), (5, 0, 1).
        static let rgb = """
            89504e470d0a1a0a0000000d49484452000000030000000208020000001216f14d000000184944415478da63f8cfc0c000c6\
            4c0c5c0c0c8c0cac0c8c002d600311217291720000000049454e44ae426082
            """
        /// 2 x 2 grey of 16 bits: 0, 1, 256, 65535.
        static let grey16 = """
            89504e470d0a1a0a0000000d4948445200000002000000021000000000074d8ebb000000104944415478da636060606004c2\
            ffff010311020132e60cf00000000049454e44ae426082
            """
        /// 4 x 1, 2-bit palette (1,2,3), (40,50,60), (70,80,90), (255,254,253), with transparency; pixels 0, 1, 2, 3.
        static let palette = """
            89504e470d0a1a0a0000000d49484452000000040000000102030000008452e75e0000000c504c544501020328323c46505a\
            fffefd3e1c7da50000000274524e5300809b2b4e180000000a4944415478da63900600001d001c237c8fac0000000049454e\
            44ae426082
            """
        /// 1 x 1 RGBA: 9, 8, 7, 100.
        static let rgba = """
            89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63e0e4604f0100\
            00b3007dcddd2a770000000049454e44ae426082
            """
        /// 8 x 1 grey of 1 bit: 10110001.
        static let bits = """
            89504e470d0a1a0a0000000d4948445200000008000000010100000000cb7bd2ee0000000a4944415478da63d8080000b300\
            b28c1a2b470000000049454e44ae426082
            """
        /// A header of 20,000 x 20,000 RGB before 100 bytes of picture.
        static let huge = """
            89504e470d0a1a0a0000000d4948445200004e2000004e2008020000006c12d16e0000000c49444154789c6360a03d000000\
            64000186643c350000000049454e44ae426082
            """
    }

    @Test func filesOfAnotherWriterAreRead() throws {
        #expect(
            try PNG.decode(bytes(Foreign.rgb), name: "rgb")
                == .bits8(
                    Picture(
                        width: 3, height: 2, channels: 3,
                        samples: [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 10, 0, 0, 0, 0, 5, 0, 0])))
        #expect(
            try PNG.decode(bytes(Foreign.grey16), name: "grey16")
                == .bits16(
                    Picture(width: 2, height: 2, channels: 1, samples: [0, 1, 256, 65535])))
        #expect(
            try PNG.decode(bytes(Foreign.bits), name: "bits")
                == .bits8(
                    Picture(width: 8, height: 1, channels: 1, samples: [255, 0, 255, 255, 0, 0, 0, 255])))
    }

    /// What is transparent has no brightness; a palette whose entries are all opaque is a picture like others.
    @Test func transparencyIsRefusedWithItsShare() {
        #expect(refusal(bytes(Foreign.palette))?.message.contains("50 % of its pixels are transparent") == true)
        #expect(refusal(bytes(Foreign.rgba))?.message.contains("100 % of its pixels are transparent") == true)
        // The same palette, its transparency (tRNS) all 255: no alpha is lost.
        var opaque = bytes(Foreign.palette)
        let chunk = opaque.indices.first { opaque[$0...].starts(with: Array("tRNS".utf8)) }!
        opaque.replaceSubrange(chunk + 4..<chunk + 6, with: [255, 255])
        opaque.replaceSubrange(chunk + 6..<chunk + 10, with: crc32(opaque[chunk..<chunk + 6]))
        #expect(
            (try? PNG.decode(opaque, name: "palette"))
                == .bits8(
                    Picture(
                        width: 4, height: 1, channels: 3, samples: [1, 2, 3, 40, 50, 60, 70, 80, 90, 255, 254, 253])))
    }

    @Test(arguments: [(1, 1, 1), (7, 5, 3), (64, 33, 1), (1, 40, 3)], [0, 1, 6])
    func picturesComeBackUnchanged(size: (Int, Int, Int), compression: Int) throws {
        let (width, height, channels) = size
        let bytes = Picture<UInt8>(
            width: width, height: height, channels: channels,
            samples: (0..<width * height * channels).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ $0 >> 3) })
        let words = Picture<UInt16>(
            width: width, height: height, channels: channels,
            samples: (0..<width * height * channels).map { UInt16(truncatingIfNeeded: $0 &* 40503 &+ 7) })
        #expect(try PNG.decode(PNG.encode(bytes, compression: compression), name: "8") == .bits8(bytes))
        #expect(try PNG.decode(PNG.encode(words, compression: compression), name: "16") == .bits16(words))
    }

    /// Reads the chunks by the specification, without libpng.
    @Test func theFileStatesSizeScaleAndText() throws {
        let picture = Picture<UInt16>(width: 5, height: 3, channels: 3, filledWith: 1000)
        let file = try PNG.encode(picture, nmPerPixel: 83, text: ["Description": "synthesised – µm"])
        #expect(file.prefix(8) == [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
        func number(_ bytes: some Sequence<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
        var chunks: [String: [[UInt8]]] = [:]
        var names: [String] = []
        var position = 8
        while position + 12 <= file.count {
            let length = number(file[position..<position + 4])
            let name = String(decoding: file[position + 4..<position + 8], as: UTF8.self)
            names.append(name)
            chunks[name, default: []].append(Array(file[position + 8..<position + 8 + length]))
            position += 12 + length
        }
        #expect(position == file.count && names.first == "IHDR" && names.last == "IEND")
        let header = try #require(chunks["IHDR"]?.first)
        #expect(number(header[0..<4]) == 5 && number(header[4..<8]) == 3)
        #expect(Array(header[8...]) == [16, 2, 0, 0, 0])  // 16 bits, RGB, deflate, adaptive, not interlaced
        let scale = try #require(chunks["pHYs"]?.first)
        #expect(number(scale[0..<4]) == 12_048_193 && number(scale[4..<8]) == 12_048_193 && scale[8] == 1)
        // Keyword, no compression (flag and method), no language, no translated keyword.
        let texts = Set(chunks["iTXt"] ?? [])
        #expect(texts.contains(Array("Description\0\0\0\0\0synthesised – µm".utf8)))
        #expect(texts.contains(Array("NanometresPerPixel\0\0\0\0\u{0}83.0".utf8)))
    }

    @Test func everyTruncationIsRefused() throws {
        let picture = Picture<UInt8>(width: 9, height: 9, channels: 3, samples: (0..<243).map { UInt8($0) })
        let file = try PNG.encode(picture, nmPerPixel: 180)
        for count in 0..<file.count {
            let error = refusal(Array(file.prefix(count)))
            #expect(error?.code == .unreadable)
            #expect(error?.message.contains("field.png") == true)
        }
    }

    @Test func damageIsRefusedOrHarmless() throws {
        let picture = Picture<UInt8>(width: 9, height: 9, channels: 1, samples: (0..<81).map { UInt8($0) })
        let file = try PNG.encode(picture)
        let data = try #require(file.indices.first { file[$0...].starts(with: Array("IDAT".utf8)) })
        var damaged = file
        damaged[data + 12] ^= 0xff
        #expect(refusal(damaged)?.code == .unreadable)
        // Whatever byte changes, the reader comes back with a picture or an error.
        for index in file.indices {
            var changed = file
            changed[index] ^= 0x55
            _ = try? PNG.decode(changed, name: "changed")
        }
    }

    @Test func foreignFilesAreRefused() {
        #expect(refusal([])?.code == .unreadable)
        #expect(refusal(Array("P5 2 2 255 abcd".utf8))?.message.contains("not a PNG file") == true)
        #expect(refusal([0xff, 0xd8, 0xff, 0xe0] + Array(repeating: 0, count: 100))?.code == .unreadable)
        let huge = refusal(bytes(Foreign.huge))
        #expect(huge?.message.contains("too many pixels") == true)
    }

    @Test func greyBecomesRGBOnDemand() throws {
        let grey = PNG.Content.bits16(Picture(width: 2, height: 1, channels: 1, samples: [0, 65535]))
        #expect(grey.rgb.samples.map { ($0 * 1000).rounded() } == [0, 0, 0, 1000, 1000, 1000])
        #expect(grey.width == 2 && grey.height == 1)
    }

    @Test func twoChannelsCannotBeWritten() {
        let error = #expect(throws: ImagingError.self) {
            try PNG.encode(Picture<UInt8>(width: 2, height: 2, channels: 2, filledWith: 0))
        }
        #expect(error?.code == .cannotEncode)
    }
}
