import Camera
import Imaging
import Testing

/// Unpacking against the definition of each format in the V4L2 documentation, written here a second time.
@Suite struct UnpackingTests {
    static let fullRange = ColourEncoding(matrix: .bt601, isFullRange: true)

    static func layout(
        _ code: String, _ width: Int, _ height: Int, stride: Int, colour: ColourEncoding = fullRange
    ) -> FrameLayout {
        FrameLayout(
            format: PixelFormat(code: FourCC(code)!)!, width: width, height: height, strideBytes: stride,
            colour: colour)
    }

    static func noise(_ count: Int) -> [UInt8] {
        var generator = SplitMix64(state: 11)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    }

    @Test(arguments: [
        ("GREY", 8, 1), ("Y10", 10, 2), ("Y12", 12, 2), ("Y16", 16, 2), ("RGGB", 8, 1), ("GRBG", 8, 1), ("GBRG", 8, 1),
        ("BA81", 8, 1), ("RG10", 10, 2), ("BA10", 10, 2), ("GB10", 10, 2), ("BG10", 10, 2), ("RG12", 12, 2),
        ("BA12", 12, 2), ("GB12", 12, 2), ("BG12", 12, 2), ("RG16", 16, 2), ("GR16", 16, 2), ("GB16", 16, 2),
        ("BYR2", 16, 2),
    ])
    func samplesComeFromTheirPlaces(code: String, bits: Int, bytesPerSample: Int) throws {
        let (width, height, stride) = (7, 5, 19)
        var bytes = Self.noise(stride * height)
        if bits > 8 && bits < 16 {
            // The upper bits of the container are zero, except in a faulty driver: see below.
            for at in bytes.indices where (at % stride) & 1 == 1 { bytes[at] &= UInt8(1 << (bits - 8)) - 1 }
        }
        let pixels = try bytes.withUnsafeBytes { try Self.layout(code, width, height, stride: stride).unpack($0) }
        for y in 0..<height {
            for x in 0..<width {
                let at = y * stride + x * bytesPerSample
                let expected = bytesPerSample == 1 ? UInt16(bytes[at]) : UInt16(bytes[at]) + UInt16(bytes[at + 1]) * 256
                #expect(pixels.picture[x, y] == expected)
            }
        }
        #expect(PixelFormat(code: FourCC(code)!)!.bitDepth == bits)
    }

    /// Groups bit by bit as pixfmt-srggb10p, -12p and -14p of the kernel's documentation draw them: for each pixel of a group,
    /// the byte of its upper 8 bits, and of its lower bits from the lowest, byte and bit.
    static let groups: [Int: [(high: Int, low: [(byte: Int, bit: Int)])]] = [
        10: [
            (0, [(4, 0), (4, 1)]), (1, [(4, 2), (4, 3)]), (2, [(4, 4), (4, 5)]), (3, [(4, 6), (4, 7)]),
        ],
        12: [(0, [(2, 0), (2, 1), (2, 2), (2, 3)]), (1, [(2, 4), (2, 5), (2, 6), (2, 7)])],
        14: [
            (0, [(4, 0), (4, 1), (4, 2), (4, 3), (4, 4), (4, 5)]),
            (1, [(4, 6), (4, 7), (5, 0), (5, 1), (5, 2), (5, 3)]),
            (2, [(5, 4), (5, 5), (5, 6), (5, 7), (6, 0), (6, 1)]),
            (3, [(6, 2), (6, 3), (6, 4), (6, 5), (6, 6), (6, 7)]),
        ],
    ]

    @Test(arguments: [
        ("pRAA", 10), ("pgAA", 10), ("pGAA", 10), ("pBAA", 10), ("Y10P", 10), ("pRCC", 12), ("pgCC", 12), ("pGCC", 12),
        ("pBCC", 12), ("Y12P", 12), ("pREE", 14), ("pgEE", 14), ("pGEE", 14), ("pBEE", 14), ("Y14P", 14),
    ])
    func packedSamplesAreExact(code: String, bits: Int) throws {
        let group = try #require(Self.groups[bits])
        let groupBytes = group.count * bits / 8
        // Whole groups, and rows whose last group is not filled; rows with padding and without.
        for (width, padding) in [(8, 0), (8, 3), (1, 0), (2, 5), (3, 0), (5, 1), (6, 0), (7, 2), (13, 0)] {
            let height = 3
            let row = (width + group.count - 1) / group.count * groupBytes
            let stride = row + padding
            let layout = Self.layout(code, width, height, stride: stride)
            #expect(layout.format.rowBytes(width: width) == row && layout.format.bitDepth == bits)
            let bytes = Self.noise((height - 1) * stride + row)
            let pixels = try bytes.withUnsafeBytes { try layout.unpack($0) }
            for y in 0..<height {
                for x in 0..<width {
                    let start = y * stride + x / group.count * groupBytes
                    let (high, low) = group[x % group.count]
                    var expected = UInt16(bytes[start + high]) << UInt16(low.count)
                    for (place, at) in low.enumerated() {
                        expected |= UInt16(bytes[start + at.byte] >> UInt8(at.bit) & 1) << UInt16(place)
                    }
                    #expect(pixels.picture[x, y] == expected, "\(code) \(width) x \(height) at \(x), \(y)")
                }
            }
            let damage = bytes.dropLast().withUnsafeBytes { layout.check($0) }
            #expect(damage?.reason == "the frame has \(bytes.count - 1) of \(bytes.count) bytes")
        }
    }

    /// The V4L2 documentation's first row of each order: SRGGB is RGRG, SGRBG is GRGR, SGBRG is GBGB, SBGGR is BGBG.
    @Test(arguments: [
        (["RGGB", "RG10", "RG12", "RG16", "pRAA", "pRCC", "pREE"], BayerPattern.rggb),
        (["GRBG", "BA10", "BA12", "GR16", "pgAA", "pgCC", "pgEE"], .grbg),
        (["GBRG", "GB10", "GB12", "GB16", "pGAA", "pGCC", "pGEE"], .gbrg),
        (["BA81", "BG10", "BG12", "BYR2", "pBAA", "pBCC", "pBEE"], .bggr),
    ])
    func mosaicsHaveTheirOrder(codes: [String], expected: BayerPattern) throws {
        for code in codes {
            let layout = Self.layout(code, 4, 4, stride: 8)
            let pixels = try Self.noise(32).withUnsafeBytes { try layout.unpack($0) }
            guard case .mosaic(_, let pattern) = pixels else {
                Issue.record("\(code) is no mosaic")
                continue
            }
            #expect(pattern == expected)
        }
    }

    @Test func valuesBeyondTheBitDepthAreClipped() throws {
        let pixels = try [UInt8](repeating: 0xFF, count: 8).withUnsafeBytes {
            try Self.layout("Y10", 2, 2, stride: 4).unpack($0)
        }
        #expect(pixels.picture.samples == [1023, 1023, 1023, 1023])
    }

    @Test(arguments: [("RGB3", [0, 1, 2]), ("BGR3", [2, 1, 0])])
    func rgbComesFromItsPlaces(code: String, order: [Int]) throws {
        let (width, height, stride) = (5, 3, 17)
        let bytes = Self.noise(stride * height)
        let rgb = try bytes.withUnsafeBytes { try Self.layout(code, width, height, stride: stride).unpack($0) }.picture
        for y in 0..<height {
            for x in 0..<width {
                for channel in 0..<3 {
                    #expect(rgb[x, y, channel] == UInt16(bytes[y * stride + x * 3 + order[channel]]))
                }
            }
        }
    }

    @Test func limitedRangeRGBIsExpanded() throws {
        let limited = ColourEncoding(matrix: .bt601, isFullRange: false)
        let rgb = try [UInt8]([16, 235, 126, 0, 255, 17]).withUnsafeBytes {
            try Self.layout("RGB3", 2, 1, stride: 6, colour: limited).unpack($0)
        }
        #expect(rgb.picture.samples == [0, 255, 128, 0, 255, 1])
    }

    /// Bars encoded in floating point by the definition of Y'CbCr come back within one step and rounding.
    @Test(arguments: ["YUYV", "UYVY", "NV12"], [ColourEncoding.Matrix.bt601, .bt709, .bt2020, .smpte240m])
    func colourBarsComeBack(code: String, matrix: ColourEncoding.Matrix) throws {
        let bars: [[Double]] = [
            [191, 191, 191], [191, 191, 0], [0, 191, 191], [0, 191, 0], [191, 0, 191], [191, 0, 0], [0, 0, 191],
            [0, 0, 0], [255, 255, 255], [255, 0, 0], [37, 99, 201],
        ]
        for isFullRange in [true, false] {
            let (width, height, stride) = (bars.count * 2, 4, bars.count * 4 + 6)
            var bytes = [UInt8](repeating: 0xEE, count: stride * 6)
            for (bar, colour) in bars.enumerated() {
                let (y, cb, cr) = Self.encode(colour, matrix, isFullRange)
                for row in 0..<height {
                    func put(_ values: [UInt8], at offset: Int) {
                        bytes.replaceSubrange(offset..<offset + values.count, with: values)
                    }
                    switch code {
                    case "YUYV": put([y, cb, y, cr], at: row * stride + bar * 4)
                    case "UYVY": put([cb, y, cr, y], at: row * stride + bar * 4)
                    default:
                        put([y, y], at: row * stride + bar * 2)
                        put([cb, cr], at: (height + row / 2) * stride + bar * 2)
                    }
                }
            }
            let layout = Self.layout(
                code, width, height, stride: stride, colour: ColourEncoding(matrix: matrix, isFullRange: isFullRange))
            let rgb = try bytes.withUnsafeBytes { try layout.unpack($0) }.picture
            for y in 0..<height {
                for x in 0..<width {
                    for channel in 0..<3 {
                        // Rounding Y'CbCr to 8 bits moves a colour by up to 2 steps.
                        #expect(abs(Double(rgb[x, y, channel]) - bars[x / 2][channel]) <= 2)
                    }
                }
            }
        }
    }

    @Test func oddWidthsKeepTheLastPixel() throws {
        // Grey ramp, chroma neutral: 3 pixels in two pairs.
        let bytes: [UInt8] = [10, 128, 20, 128, 30, 128, 0, 128]
        let rgb = try bytes.withUnsafeBytes { try Self.layout("YUYV", 3, 1, stride: 8).unpack($0) }.picture
        #expect(rgb.samples == [10, 10, 10, 20, 20, 20, 30, 30, 30])
    }

    /// linux/videodev2.h: V4L2_MAP_YCBCR_ENC_DEFAULT, V4L2_MAP_QUANTIZATION_DEFAULT.
    @Test func defaultsOfTheDriverAreFilledIn() {
        func encoding(_ space: UInt32, _ matrix: UInt32, _ range: UInt32, rgb: Bool = false) -> ColourEncoding {
            ColourEncoding(colorspace: space, encoding: matrix, quantization: range, isRGB: rgb)
        }
        #expect(encoding(8, 0, 0) == ColourEncoding(matrix: .bt601, isFullRange: false))  // sRGB
        #expect(encoding(8, 0, 0, rgb: true).isFullRange)
        #expect(encoding(7, 0, 0) == ColourEncoding(matrix: .bt601, isFullRange: true))  // JPEG
        #expect(encoding(3, 0, 0) == ColourEncoding(matrix: .bt709, isFullRange: false))  // Rec. 709
        #expect(encoding(3, 1, 1) == ColourEncoding(matrix: .bt601, isFullRange: true))  // what it says wins
        #expect(encoding(8, 0, 2, rgb: true).isFullRange == false)
    }

    @Test(arguments: ["GREY", "Y16", "BA81", "RGB3", "YUYV", "NV12"])
    func shortFramesAreDamaged(code: String) throws {
        let layout = Self.layout(code, 6, 4, stride: 24)
        let needed = try #require(layout.format.frameBytes(width: 6, height: 4, stride: 24))
        let bytes = [UInt8](repeating: 0, count: needed)
        #expect(bytes.withUnsafeBytes { layout.check($0) } == nil)
        let damage = bytes.dropLast().withUnsafeBytes { layout.check($0) }
        #expect(damage?.reason == "the frame has \(needed - 1) of \(needed) bytes")
        #expect(throws: FrameLayout.Damage.self) { try bytes.dropLast().withUnsafeBytes { try layout.unpack($0) } }
    }

    @Test func lastRowNeedsNoPadding() {
        #expect(PixelFormat(code: FourCC("RGB3")!)!.frameBytes(width: 5, height: 3, stride: 20) == 55)
        #expect(PixelFormat(code: FourCC("NV12")!)!.frameBytes(width: 4, height: 4, stride: 8) == 44)
    }

    private static func encode(
        _ rgb: [Double], _ matrix: ColourEncoding.Matrix, _ isFullRange: Bool
    ) -> (UInt8, UInt8, UInt8) {
        let (kr, kb): (Double, Double) =
            switch matrix {
            case .bt601: (0.299, 0.114)
            case .bt709: (0.2126, 0.0722)
            case .bt2020: (0.2627, 0.0593)
            case .smpte240m: (0.212, 0.087)
            }
        let y = kr * rgb[0] + (1 - kr - kb) * rgb[1] + kb * rgb[2]
        let cb = (rgb[2] - y) / (2 - 2 * kb)
        let cr = (rgb[0] - y) / (2 - 2 * kr)
        func byte(_ value: Double) -> UInt8 { UInt8(max(0, min(255, value.rounded()))) }
        return isFullRange
            ? (byte(y), byte(128 + cb), byte(128 + cr))
            : (byte(16 + y * 219 / 255), byte(128 + cb * 224 / 255), byte(128 + cr * 224 / 255))
    }
}

struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
