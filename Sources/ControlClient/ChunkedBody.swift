/// Takes a body of `Transfer-Encoding: chunked` apart (RFC 9112, 7.1), however its bytes are cut.
package struct ChunkedBody {
    private enum Place {
        /// In the line that says how long the next chunk is.
        case size([UInt8])
        /// In a chunk that has so many bytes left.
        case chunk(Int)
        /// In the line end after a chunk.
        case separator(Int)
        /// Behind the last chunk.
        case end
    }

    /// A size line with its extensions is far shorter.
    private static let lineLimit = 1024

    private var place = Place.size([])

    package init() {}

    /// - Returns: what of the bytes is body; nil where they are no chunks.
    package mutating func push(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        var bytes = bytes
        var body: [UInt8] = []
        while let byte = bytes.first {
            switch place {
            case .size(let line) where byte == UInt8(ascii: "\n"):
                let digits = line.prefix { ![UInt8(ascii: ";"), UInt8(ascii: "\r"), UInt8(ascii: " ")].contains($0) }
                guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 16), size >= 0 else { return nil }
                place = size == 0 ? .end : .chunk(size)
                bytes = bytes.dropFirst()
            case .size(let line):
                guard line.count < Self.lineLimit else { return nil }
                place = .size(line + [byte])
                bytes = bytes.dropFirst()
            case .chunk(let left):
                let part = bytes.prefix(left)
                body += part
                bytes = bytes.dropFirst(part.count)
                place = part.count == left ? .separator(2) : .chunk(left - part.count)
            case .separator(let left):
                place = left == 1 ? .size([]) : .separator(left - 1)
                bytes = bytes.dropFirst()
            case .end: return body
            }
        }
        return body
    }
}
