import CJPEG
import CTIFF

/// Pictures as microscopes and people save them: PNG, TIFF (first page) of 8 or 16 bits, JPEG.
package enum PictureFile {
    /// Endings of the files that are read, in lower case.
    package static let endings = ["png", "tif", "tiff", "jpg", "jpeg"]

    /// Decodes a file by its content, whatever its ending.
    /// - Parameter name: names the file in errors.
    package static func decode(_ bytes: [UInt8], name: String) throws(ImagingError) -> PNG.Content {
        switch bytes.prefix(4) {
        case [0x89, 0x50, 0x4E, 0x47]: return try PNG.decode(bytes, name: name)
        case [0x49, 0x49, 0x2A, 0], [0x4D, 0x4D, 0, 0x2A], [0x49, 0x49, 0x2B, 0], [0x4D, 0x4D, 0, 0x2B]:
            return try tiff(bytes, name: name)
        case let start where start.starts(with: [0xFF, 0xD8]): return try jpeg(bytes, name: name)
        default:
            throw ImagingError(
                .unreadable, "\(name) is not a picture: it begins neither like PNG nor like TIFF nor like JPEG",
                hint: "save the picture as PNG, TIFF or JPEG")
        }
    }

    private static func tiff(_ bytes: [UInt8], name: String) throws(ImagingError) -> PNG.Content {
        var header = ctiff_header()
        var message = [CChar](repeating: 0, count: Int(CTIFF_MESSAGE_BYTES))
        guard ctiff_read_header(bytes, bytes.count, PNG.maximumPixels, &header, &message) == 0 else {
            throw failure("TIFF", name, message)
        }
        func read<Sample: BinaryInteger & Sendable>(_ zero: Sample) throws(ImagingError) -> Picture<Sample> {
            var picture = Picture(
                width: Int(header.width), height: Int(header.height), channels: Int(header.channels), filledWith: zero)
            let status = picture.samples.withUnsafeMutableBytes {
                ctiff_read(bytes, bytes.count, $0.baseAddress!, $0.count, &message)
            }
            guard status == 0 else { throw failure("TIFF", name, message) }
            return picture
        }
        return header.bit_depth == 8 ? .bits8(try read(UInt8(0))) : .bits16(try read(UInt16(0)))
    }

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
        let text = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return ImagingError(
            .unreadable, "\(name) cannot be read as \(format): \(text)", hint: "save the picture again as PNG")
    }
}
