import Quantities

/// The marker structure of a JPEG file (ISO/IEC 10918-1, annex B), for what decoders do not report: libjpeg fills
/// a file cut short with grey and calls it whole.
struct JPEGFile {
    /// A scan began and an end-of-image marker follows it. Bytes after that marker are padding.
    let isComplete: Bool

    init(_ bytes: UnsafeRawBufferPointer) {
        isComplete = Self.endOfHeaders(bytes).map { Self.hasEnd(bytes, from: $0) } ?? false
    }

    /// Where the entropy-coded bytes of the first scan begin.
    private static func endOfHeaders(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard bytes.count >= 4, bytes[0] == 0xFF, bytes[1] == 0xD8 else { return nil }
        var at = 2
        while at + 4 <= bytes.count, bytes[at] == 0xFF {
            let marker = bytes[at + 1]
            if marker == 0xFF {
                at += 1  // fill byte
                continue
            }
            let length = Int(bytes[at + 2]) << 8 | Int(bytes[at + 3])
            guard length >= 2 else { return nil }
            at += 2 + length
            if marker == 0xDA { return at }
        }
        return nil
    }

    /// Within entropy-coded bytes 0xFF is followed by 0x00 or a restart marker, so 0xFF 0xD9 is the end.
    private static func hasEnd(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Bool {
        guard start < bytes.count else { return false }
        var at = bytes.count - 2
        while at >= start {
            if bytes[at] == 0xFF && bytes[at + 1] == 0xD9 { return true }
            at -= 1
        }
        return false
    }
}
