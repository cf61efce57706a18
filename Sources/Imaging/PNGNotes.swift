/// What a PNG file says of itself beside its samples: its chunks `pHYs`, `eXIf` and our own text `NanometresPerPixel`.
///
/// It reads what any file says, up to what cannot be right.
struct PNGNotes {
    /// As in EXIF, 1...8.
    private(set) var orientation = 1
    /// In the object plane; nil where none is stated, or a resolution for print.
    private(set) var nmPerPixel: Double?
    /// Of the chunks `tEXt` and `iTXt` that are not compressed, by keyword.
    private(set) var text: [String: String] = [:]

    /// - Parameter bytes: of a file that can be decoded.
    init(_ bytes: [UInt8]) {
        var position = 8
        var isExact = false
        while position + 12 <= bytes.count {
            let length = Int(bytes.bigEndian32(at: position))
            let name = bytes[position + 4..<position + 8], data = position + 8
            guard length <= bytes.count - position - 12 else { return }
            let body = bytes[data..<data + length]
            if name.elementsEqual("pHYs".utf8), length == 9, body[data + 8] == 1, !isExact {
                nmPerPixel = Self.scale(pixelsPerMetre: Double(bytes.bigEndian32(at: data)))
            } else if name.elementsEqual("eXIf".utf8) {
                orientation = EXIF.orientation(body) ?? 1
            } else if name.elementsEqual("iTXt".utf8) || name.elementsEqual("tEXt".utf8),
                let (keyword, value) = Self.text(body, isInternational: bytes[position + 4] == UInt8(ascii: "i"))
            {
                text[keyword] = value
                if keyword == "NanometresPerPixel", let value = Double(value), value > 0, value.isFinite {
                    nmPerPixel = value
                    isExact = true
                }
            }
            position += 12 + length
        }
    }

    /// Keyword and text (ISO/IEC 15948, 11.3.3); nil where the text is compressed or there is none.
    private static func text(_ body: ArraySlice<UInt8>, isInternational: Bool) -> (String, String)? {
        var rest = body
        func word() -> String? {
            guard let end = rest.firstIndex(of: 0) else { return nil }
            defer { rest = rest[(end + 1)...] }
            return String(decoding: rest[..<end], as: UTF8.self)
        }
        guard let keyword = word() else { return nil }
        if isInternational {
            // Whether it is compressed, how, a language and the keyword in it.
            guard rest.count >= 2, rest.first == 0 else { return nil }
            rest = rest.dropFirst(2)
            guard word() != nil, word() != nil else { return nil }
        }
        return (keyword, String(decoding: rest, as: UTF8.self))
    }

    /// Coarser than 5 µm a pixel is a resolution for print or a scanner's, no microscope's.
    static func scale(pixelsPerMetre: Double) -> Double? {
        pixelsPerMetre >= 2e5 && pixelsPerMetre.isFinite ? 1e9 / pixelsPerMetre : nil
    }
}

extension [UInt8] {
    /// Four bytes, the most significant first.
    func bigEndian32(at index: Int) -> UInt32 {
        self[index..<index + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }
}

extension PNG {
    /// What a file's texts say, by keyword; those that are compressed are left out.
    package static func text(of bytes: [UInt8]) -> [String: String] { PNGNotes(bytes).text }
}
