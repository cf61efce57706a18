package import Imaging

/// How the bytes of a V4L2 pixel format become samples.
package struct PixelFormat: Sendable, Equatable {
    package enum Layout: Sendable, Equatable {
        /// One sample a pixel; two bytes a sample are little-endian with the value in the low bits.
        case grey(bytesPerSample: Int)
        case mosaic(BayerPattern, bytesPerSample: Int)
        /// As MIPI CSI-2 sends samples of 10, 12 or 14 bits, grey where there is no pattern: four pixels (two of 12 bits)
        /// make a group of the upper 8 bits of each, then the lower bits of all, those of the first pixel lowest. A row is
        /// whole groups.
        case packed(BayerPattern?)
        /// Three bytes a pixel; where red and blue lie among them.
        case rgb(red: Int, blue: Int)
        /// 4:2:2: four bytes hold two pixels; where the first luma, Cb and Cr lie among them.
        case packedYCbCr(luma: Int, cb: Int, cr: Int)
        /// 4:2:0: a plane of luma, then a plane of Cb Cr pairs of half the height, rows of the same stride.
        case nv12
        case jpeg
    }

    package let code: FourCC
    package let layout: Layout
    /// Significant bits of a sample.
    package let bitDepth: Int

    private init(_ code: String, _ layout: Layout, bits: Int = 8) {
        self.code = FourCC(code)!
        self.layout = layout
        bitDepth = bits
    }

    /// Every format this module reads, best first.
    ///
    /// Raw mosaics lead, deep before shallow: nothing is lost and nothing invented. Deep grey comes from monochrome
    /// sensors. RGB and YCbCr of 8 bits follow; 8-bit grey stands behind them, because beside them it is the same
    /// camera with its colour thrown away. JPEG loses most.
    package static let all: [PixelFormat] =
        mosaics(16, ["RG16", "GR16", "GB16", "BYR2"])
        + mosaics(14, ["RG14", "GR14", "GB14", "BG14"]) + packedMosaics(14, ["pREE", "pgEE", "pGEE", "pBEE"])
        + mosaics(12, ["RG12", "BA12", "GB12", "BG12"]) + packedMosaics(12, ["pRCC", "pgCC", "pGCC", "pBCC"])
        + mosaics(10, ["RG10", "BA10", "GB10", "BG10"]) + packedMosaics(10, ["pRAA", "pgAA", "pGAA", "pBAA"])
        + mosaics(8, ["RGGB", "GRBG", "GBRG", "BA81"])
        + [
            PixelFormat("Y16", .grey(bytesPerSample: 2), bits: 16),
            PixelFormat("Y14", .grey(bytesPerSample: 2), bits: 14),
            PixelFormat("Y14P", .packed(nil), bits: 14),
            PixelFormat("Y12", .grey(bytesPerSample: 2), bits: 12),
            PixelFormat("Y12P", .packed(nil), bits: 12),
            PixelFormat("Y10", .grey(bytesPerSample: 2), bits: 10),
            PixelFormat("Y10P", .packed(nil), bits: 10),
            PixelFormat("RGB3", .rgb(red: 0, blue: 2)),
            PixelFormat("BGR3", .rgb(red: 2, blue: 0)),
            PixelFormat("YUYV", .packedYCbCr(luma: 0, cb: 1, cr: 3)),
            PixelFormat("UYVY", .packedYCbCr(luma: 1, cb: 0, cr: 2)),
            PixelFormat("NV12", .nv12),
            PixelFormat("GREY", .grey(bytesPerSample: 1)),
            PixelFormat("MJPG", .jpeg),
            PixelFormat("JPEG", .jpeg),
        ]

    private static let orders = [BayerPattern.rggb, .grbg, .gbrg, .bggr]

    /// - Parameter codes: for the orders RGGB, GRBG, GBRG, BGGR.
    private static func mosaics(_ bits: Int, _ codes: [String]) -> [PixelFormat] {
        zip(codes, orders).map { PixelFormat($0, .mosaic($1, bytesPerSample: bits > 8 ? 2 : 1), bits: bits) }
    }

    /// - Parameter codes: for the orders RGGB, GRBG, GBRG, BGGR.
    private static func packedMosaics(_ bits: Int, _ codes: [String]) -> [PixelFormat] {
        zip(codes, orders).map { PixelFormat($0, .packed($1), bits: bits) }
    }

    package init?(code: FourCC) {
        guard let format = Self.all.first(where: { $0.code == code }) else { return nil }
        self = format
    }

    /// Place in the order of preference, 0 is best.
    var rank: Int { Self.all.firstIndex(of: self)! }

    var isRGB: Bool {
        if case .rgb = layout { true } else { false }
    }

    /// Of a packed format: pixels, 4 or 2, and bytes of a group.
    package var packedGroup: (pixels: Int, bytes: Int) {
        let pixels = bitDepth == 12 ? 2 : 4
        return (pixels, pixels * bitDepth / 8)
    }

    /// Bytes that the pixels of one row occupy; nil for compressed formats.
    package func rowBytes(width: Int) -> Int? {
        switch layout {
        case .grey(let bytes), .mosaic(_, let bytes): width * bytes
        case .packed: (width + packedGroup.pixels - 1) / packedGroup.pixels * packedGroup.bytes
        case .rgb: width * 3
        case .packedYCbCr: (width + 1) / 2 * 4
        case .nv12: (width + 1) / 2 * 2
        case .jpeg: nil
        }
    }

    /// Bytes from the first to the last pixel of a whole frame, without padding after the last row; nil for
    /// compressed formats.
    package func frameBytes(width: Int, height: Int, stride: Int) -> Int? {
        guard let row = rowBytes(width: width) else { return nil }
        return (rows(height: height) - 1) * stride + row
    }

    /// Rows of all planes.
    private func rows(height: Int) -> Int { layout == .nv12 ? height + (height + 1) / 2 : height }
}
