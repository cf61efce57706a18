/// What a PNG file says of itself beside its samples: its chunks `pHYs`, `eXIf` and our own text `NanometresPerPixel`.
struct PNGNotes {
    /// As in EXIF, 1...8.
    private(set) var orientation = 1
    /// In the object plane; nil where none is stated, or a resolution for print.
    private(set) var nmPerPixel: Double?

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
                body.starts(with: "NanometresPerPixel\0".utf8), let last = body.lastIndex(of: 0),
                let value = Double(String(decoding: body[(last + 1)...], as: UTF8.self)), value > 0, value.isFinite
            {
                nmPerPixel = value
                isExact = true
            }
            position += 12 + length
        }
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
