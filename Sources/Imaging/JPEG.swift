import CJPEG

/// JPEG files (ISO/IEC 10918-1) for pictures on their way to a screen. Nothing that is kept is written as JPEG.
package enum JPEG {
    /// Encodes a picture of one or three channels.
    /// - Parameters:
    ///   - quality: libjpeg's, 1...100; at 85 the loss of a field is below its sensor's noise.
    ///   - comment: kept in the file (COM), at most 65,000 bytes, without NUL.
    package static func encode(
        _ picture: Picture<UInt8>, quality: Int = 85, comment: String = ""
    ) throws(ImagingError) -> [UInt8] {
        var header = cjpeg_header(
            width: UInt32(picture.width), height: UInt32(picture.height), channels: UInt32(picture.channels))
        var message = [CChar](repeating: 0, count: Int(CJPEG_MESSAGE_BYTES))
        var bytes: UnsafeMutablePointer<UInt8>?
        var count = 0
        let status = picture.samples.withUnsafeBufferPointer {
            cjpeg_write(&header, $0.baseAddress!, $0.count, Int32(quality), comment, &bytes, &count, &message)
        }
        defer { cjpeg_free(bytes) }
        guard status == 0, let bytes else {
            let text = String(decoding: message.prefix { $0 != 0 }.map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self)
            throw ImagingError(
                .cannotEncode,
                "a picture of \(picture.width) x \(picture.height) pixels cannot be written as JPEG: \(text)",
                hint: "ask for a smaller picture")
        }
        return Array(UnsafeBufferPointer(start: bytes, count: count))
    }
}
