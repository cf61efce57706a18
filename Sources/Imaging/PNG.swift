import CPNG

/// PNG files (ISO/IEC 15948), grey or RGB, 8 or 16 bits a sample.
package enum PNG {
    /// Samples of either depth.
    package enum Content: Sendable, Equatable {
        case bits8(Picture<UInt8>)
        case bits16(Picture<UInt16>)

        package var width: Int {
            switch self {
            case .bits8(let picture): picture.width
            case .bits16(let picture): picture.width
            }
        }

        package var channels: Int {
            switch self {
            case .bits8(let picture): picture.channels
            case .bits16(let picture): picture.channels
            }
        }

        package var height: Int {
            switch self {
            case .bits8(let picture): picture.height
            case .bits16(let picture): picture.height
            }
        }

        /// Three channels of 8 bits; grey is repeated.
        package var eightBitRGB: Picture<UInt8> {
            guard case .bits8(let picture) = self else { return rgb.eightBit }
            return picture.channels == 3 ? picture : picture.greyAsRGB
        }

        /// Three channels, 0...1; grey is repeated.
        package var rgb: Picture<Float> {
            let picture: Picture<Float> =
                switch self {
                case .bits8(let picture): picture.normalised
                case .bits16(let picture): picture.normalised
                }
            return picture.channels == 3 ? picture : picture.greyAsRGB
        }
    }

    /// A field of 16,384 x 16,384 pixels: more than any microscope camera, less than would exhaust memory.
    package static let maximumPixels: UInt64 = 1 << 28

    /// Encodes a picture.
    /// - Parameters:
    ///   - nmPerPixel: physical scale, stored as pixels per metre (`pHYs`) and, exactly, as text.
    ///   - text: further `iTXt` entries, keyword to text.
    ///   - compression: zlib level 0...9; 1 is about five times faster than 6 and a tenth larger on fields.
    package static func encode(
        _ picture: Picture<UInt8>, nmPerPixel: Double? = nil, text: [String: String] = [:], compression: Int = 1
    ) throws(ImagingError) -> [UInt8] {
        try encode(picture, bitDepth: 8, nmPerPixel: nmPerPixel, text: text, compression: compression)
    }

    /// Encodes a picture of 16-bit samples.
    package static func encode(
        _ picture: Picture<UInt16>, nmPerPixel: Double? = nil, text: [String: String] = [:], compression: Int = 1
    ) throws(ImagingError) -> [UInt8] {
        try encode(picture, bitDepth: 16, nmPerPixel: nmPerPixel, text: text, compression: compression)
    }

    /// Encodes samples of either depth.
    package static func encode(
        _ content: Content, nmPerPixel: Double? = nil, text: [String: String] = [:]
    ) throws(ImagingError) -> [UInt8] {
        switch content {
        case .bits8(let picture): try encode(picture, nmPerPixel: nmPerPixel, text: text)
        case .bits16(let picture): try encode(picture, nmPerPixel: nmPerPixel, text: text)
        }
    }

    private static func encode<Sample>(
        _ picture: Picture<Sample>, bitDepth: UInt32, nmPerPixel: Double?, text: [String: String], compression: Int
    ) throws(ImagingError) -> [UInt8] {
        let stride = picture.width * picture.channels * MemoryLayout<Sample>.stride
        return try encode(
            width: picture.width, height: picture.height, channels: picture.channels, bitDepth: bitDepth,
            nmPerPixel: nmPerPixel, text: text, compression: compression
        ) { y, line in
            picture.samples.withUnsafeBytes {
                line.copyMemory(from: $0.baseAddress! + y * stride, byteCount: stride)
            }
        }
    }

    /// Encodes a picture of 8-bit samples that is made row by row.
    /// - Parameters:
    ///   - row: writes `width * channels` samples; called from top to bottom.
    package static func encode(
        width: Int, height: Int, channels: Int, nmPerPixel: Double? = nil, text: [String: String] = [:],
        compression: Int = 1, row: (_ y: Int, _ out: UnsafeMutablePointer<UInt8>) -> Void
    ) throws(ImagingError) -> [UInt8] {
        try encode(
            width: width, height: height, channels: channels, bitDepth: 8, nmPerPixel: nmPerPixel, text: text,
            compression: compression
        ) { y, line in row(y, line.assumingMemoryBound(to: UInt8.self)) }
    }

    private static func encode(
        width: Int, height: Int, channels: Int, bitDepth: UInt32, nmPerPixel: Double?, text: [String: String],
        compression: Int, row: (_ y: Int, _ line: UnsafeMutableRawPointer) -> Void
    ) throws(ImagingError) -> [UInt8] {
        guard channels == 1 || channels == 3 else {
            throw ImagingError(
                .cannotEncode, "a picture of \(channels) channels cannot be written as PNG",
                hint: "write grey (1) or RGB (3)")
        }
        var text = text
        if let nmPerPixel { text["NanometresPerPixel"] = "\(nmPerPixel)" }
        var header = cpng_header(
            width: UInt32(width), height: UInt32(height), channels: UInt32(channels), bit_depth: bitDepth,
            pixels_per_metre: nmPerPixel.map { UInt32(max(0, min(Double(Int32.max), (1e9 / $0).rounded()))) } ?? 0)
        var bytes: UnsafeMutablePointer<UInt8>?
        var count = 0
        var message = [CChar](repeating: 0, count: Int(CPNG_MESSAGE_BYTES))
        let strings = text.sorted { $0.key < $1.key }.map { (Array($0.key.utf8CString), Array($0.value.utf8CString)) }
        let status = withoutActuallyEscaping(row) { row in
            withUnsafePointer(to: RowSource(row: row)) { source in
                withTexts(strings) { texts in
                    cpng_write(
                        &header,
                        { $0.assumingMemoryBound(to: RowSource.self).pointee.row(Int($1), $2) },
                        source, texts.baseAddress, texts.count, Int32(compression), &bytes, &count, &message)
                }
            }
        }
        guard status == 0, let bytes else {
            // Nothing else goes wrong with pixels in memory.
            throw ImagingError(
                .outOfMemory, "a \(width) x \(height) picture cannot be written as PNG: \(text: message)",
                hint: "make memory free and try again")
        }
        defer { cpng_free(bytes) }
        return Array(UnsafeBufferPointer(start: bytes, count: count))
    }

    /// What C calls for each row.
    private struct RowSource {
        let row: (_ y: Int, _ line: UnsafeMutableRawPointer) -> Void
    }

    /// Decodes a PNG file. Palettes become RGB, alpha is dropped where every pixel is opaque and
    /// refused elsewhere.
    /// - Parameters:
    ///   - name: names the file in errors.
    ///   - maximumPixels: more are refused.
    package static func decode(
        _ bytes: [UInt8], name: String, maximumPixels: UInt64 = maximumPixels
    ) throws(ImagingError) -> Content {
        var header = cpng_header()
        var message = [CChar](repeating: 0, count: Int(CPNG_MESSAGE_BYTES))
        func fail() -> ImagingError {
            let text = "\(text: message)"
            // As libpng, zlib and our own part say it.
            let isMemory = ["out of memory", "insufficient memory"].contains(text.lowercased())
            return ImagingError(
                isMemory ? .outOfMemory : .unreadable, "\(name) cannot be read as PNG: \(text)",
                hint: isMemory
                    ? "make memory free and try again" : "save the picture again as PNG, without transparency")
        }
        let described = bytes.withUnsafeBufferPointer {
            cpng_read_header(
                $0.baseAddress ?? UnsafePointer(bitPattern: 1)!, $0.count, maximumPixels, &header, &message)
        }
        guard described == 0 else { throw fail() }
        func read<Sample: BinaryInteger & Sendable>(_ zero: Sample) throws(ImagingError) -> Picture<Sample> {
            var picture = Picture(
                width: Int(header.width), height: Int(header.height), channels: Int(header.channels), filledWith: zero)
            let status = picture.samples.withUnsafeMutableBytes { samples in
                bytes.withUnsafeBufferPointer {
                    cpng_read($0.baseAddress!, $0.count, samples.baseAddress!, samples.count, &message)
                }
            }
            guard status == 0 else { throw fail() }
            return picture
        }
        return header.bit_depth == 8 ? .bits8(try read(UInt8(0))) : .bits16(try read(UInt16(0)))
    }

    private static func withTexts<R>(
        _ strings: [([CChar], [CChar])], _ body: (UnsafeBufferPointer<cpng_text>) -> R
    ) -> R {
        func pin(_ rest: ArraySlice<([CChar], [CChar])>, _ texts: [cpng_text]) -> R {
            guard let (key, value) = rest.first else { return texts.withUnsafeBufferPointer(body) }
            return key.withUnsafeBufferPointer { key in
                value.withUnsafeBufferPointer { value in
                    pin(rest.dropFirst(), texts + [cpng_text(key: key.baseAddress!, text: value.baseAddress!)])
                }
            }
        }
        return pin(strings[...], [])
    }
}

extension DefaultStringInterpolation {
    /// A C string up to its first zero.
    fileprivate mutating func appendInterpolation(text: [CChar]) {
        appendLiteral(String(decoding: text.prefix { $0 != 0 }.map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self))
    }
}
