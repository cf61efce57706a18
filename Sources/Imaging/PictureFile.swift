import CJPEG
import CTIFF

/// Pictures as microscopes and people save them: PNG, TIFF of 8 or 16 bits, JPEG. The one reader of everything that
/// comes from outside: what it cannot read as one grey or RGB picture it refuses by name.
package enum PictureFile {
    package enum Format: String, Sendable { case png = "PNG", tiff = "TIFF", jpeg = "JPEG" }

    /// What a file holds and what it says of itself.
    package struct Reading: Sendable {
        /// The samples at their true depth: those of 16 bits lie in 0...(1 << bitDepth) - 1.
        package let samples: PNG.Content
        /// Bits that carry something: 8, or what the samples of 16 bits show (``Picture/trueDepth``).
        package let bitDepth: Int
        package let format: Format
        /// Scale in the object plane that the file states; nil where it states none, or a resolution for print.
        package let nmPerPixel: Double?

        /// The samples over the whole range of their type.
        package var content: PNG.Content { samples.overFullRange(ofDepth: bitDepth) }
    }

    /// Endings of the files that are read, in lower case.
    package static let endings = ["png", "tif", "tiff", "jpg", "jpeg"]

    /// Whether a file's name ends like one of a picture, in either case.
    package static func isNamed(_ name: String) -> Bool {
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return false }
        return endings.contains(name[name.index(after: dot)...].lowercased())
    }

    /// Reads a file by its content, whatever its ending: turned as its orientation says, at its true depth.
    /// - Parameter name: names the file in errors.
    package static func read(_ bytes: [UInt8], name: String) throws(ImagingError) -> Reading {
        let (content, format, nmPerPixel) = try contents(of: bytes, name: name)
        let (samples, depth) = try content.atTrueDepth(name: name)
        return Reading(samples: samples, bitDepth: depth, format: format, nmPerPixel: nmPerPixel)
    }

    /// The samples as they are stored, turned as the file's orientation says.
    /// - Parameter name: names the file in errors.
    package static func decode(_ bytes: [UInt8], name: String) throws(ImagingError) -> PNG.Content {
        try contents(of: bytes, name: name).content
    }

    private static func contents(
        of bytes: [UInt8], name: String
    ) throws(ImagingError) -> (content: PNG.Content, format: Format, nmPerPixel: Double?) {
        switch bytes.prefix(4) {
        case [0x89, 0x50, 0x4E, 0x47]:
            let content = try PNG.decode(bytes, name: name)
            let notes = PNGNotes(bytes)
            return (content.turned(by: notes.orientation), .png, notes.nmPerPixel)
        case [0x49, 0x49, 0x2A, 0], [0x4D, 0x4D, 0, 0x2A], [0x49, 0x49, 0x2B, 0], [0x4D, 0x4D, 0, 0x2B]:
            let (content, nmPerPixel) = try tiff(bytes, name: name)
            return (content, .tiff, nmPerPixel)
        case let start where start.starts(with: [0xFF, 0xD8]):
            return (try jpeg(bytes, name: name).turned(by: EXIF.orientation(ofJPEG: bytes)), .jpeg, nil)
        default:
            guard !bytes.isEmpty else {
                throw ImagingError(
                    .unreadable, "\(name) is not a picture: it is empty", hint: "save the picture again")
            }
            let kind = OtherPictureKind(bytes).map { ": it is \($0.name)" }
            throw ImagingError(
                .unreadable,
                "\(name) is not a picture that is read\(kind ?? ": it begins neither like PNG nor like TIFF nor like JPEG")",
                hint: "save the picture as PNG, TIFF or JPEG")
        }
    }

    // MARK: TIFF

    private static func tiff(_ bytes: [UInt8], name: String) throws(ImagingError) -> (PNG.Content, Double?) {
        var header = ctiff_header()
        var message = [CChar](repeating: 0, count: Int(CTIFF_MESSAGE_BYTES))
        guard ctiff_read_header(bytes, bytes.count, PNG.maximumPixels, &header, &message) == 0 else {
            throw failure("TIFF", name, message)
        }
        func read<Sample: BinaryInteger & Sendable>(_ page: UInt32, _ zero: Sample) throws(ImagingError) -> Picture<
            Sample
        > {
            var picture = Picture(
                width: Int(header.width), height: Int(header.height), channels: Int(header.channels), filledWith: zero)
            let status = picture.samples.withUnsafeMutableBytes {
                ctiff_read(bytes, bytes.count, page, $0.baseAddress!, $0.count, &message)
            }
            guard status == 0 else { throw failure("TIFF", name, message) }
            return picture
        }
        func page(_ number: UInt32) throws(ImagingError) -> PNG.Content {
            header.bit_depth == 8 ? .bits8(try read(number, UInt8(0))) : .bits16(try read(number, UInt16(0)))
        }
        let description = ctiff_description(bytes, bytes.count).map { text in
            defer { ctiff_free(text) }
            return String(cString: text)
        }
        let notes = TIFFNotes(
            description ?? "", pages: Int(header.pages), pixelsPerUnit: Double(header.pixels_per_unit),
            unit: Int(header.unit))
        if let fault = notes.fault {
            throw ImagingError(.unreadable, "\(name) \(fault.what)", hint: fault.hint)
        }
        var content = try page(0)
        if notes.isComposite {
            guard header.channels == 1, let whole = PNG.Content(planes: [content, try page(1), try page(2)]) else {
                throw ImagingError(
                    .unreadable, "\(name) holds three channels that are not grey pictures of one size",
                    hint: TIFFNotes.asRGB)
            }
            content = whole
        }
        return (content.turned(by: Int(header.orientation)), notes.nmPerPixel)
    }

    // MARK: JPEG

    private static func jpeg(_ bytes: [UInt8], name: String) throws(ImagingError) -> PNG.Content {
        var header = cjpeg_header()
        var message = [CChar](repeating: 0, count: Int(CJPEG_MESSAGE_BYTES))
        guard cjpeg_read_header(bytes, bytes.count, PNG.maximumPixels, &header, &message) == 0 else {
            throw failure("JPEG", name, message)
        }
        var picture = Picture<UInt8>(
            width: Int(header.width), height: Int(header.height), channels: Int(header.channels), filledWith: 0)
        guard cjpeg_read(bytes, bytes.count, &picture.samples, picture.samples.count, &message) == 0 else {
            throw failure("JPEG", name, message)
        }
        return .bits8(picture)
    }

    private static func failure(_ format: String, _ name: String, _ message: [CChar]) -> ImagingError {
        let text = String(decoding: message.prefix { $0 != 0 }.map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self)
        return ImagingError(
            .unreadable, "\(name) cannot be read as \(format): \(text)",
            hint: "save the picture again as PNG, grey or RGB of 8 or 16 bits, without transparency")
    }
}

extension PNG.Content {
    /// Samples of 16 bits at the depth that they show (``Picture/trueDepth``), and that depth; those of 8 bits as they are.
    /// - Parameter name: names the picture in errors.
    func atTrueDepth(name: String) throws(ImagingError) -> (samples: PNG.Content, bitDepth: Int) {
        guard case .bits16(let picture) = self else { return (self, 8) }
        guard let (aligned, depth) = picture.atTrueDepth else {
            throw ImagingError(
                .unreadable,
                "\(name) has samples of 16 bits that end at \(picture.samples.max() ?? 0) of 65535: "
                    + "numbers of 8 bits, or next to no light",
                hint: "save it with 8 bits, or with the camera's full range")
        }
        return (.bits16(aligned), depth)
    }

    fileprivate func overFullRange(ofDepth depth: Int) -> PNG.Content {
        switch self {
        case .bits8: self
        case .bits16(let picture): .bits16(picture.sixteenBit(ofDepth: depth))
        }
    }

    /// Samples of 16 bits over the whole range of their type, whatever depth they have.
    /// - Parameter name: names the picture in errors.
    package func overFullRange(name: String) throws(ImagingError) -> PNG.Content {
        let (samples, depth) = try atTrueDepth(name: name)
        return samples.overFullRange(ofDepth: depth)
    }
}
