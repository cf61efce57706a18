/// Status line and headers of an HTTP/1.1 response.
struct HTTPResponseHead: Equatable {
    let status: Int
    /// By lower-case names, without spaces around the values.
    let headers: [String: String]
    /// The first byte of the body.
    let end: Int

    /// A head is far shorter; what is longer without an end is none.
    static let limit = 64 * 1024

    /// Nil where the bytes are something else, or less than a whole head.
    init?(_ bytes: [UInt8]) {
        let separator = Array("\r\n\r\n".utf8)
        // The head ends early in the bytes: a search beyond its limit would only cross the body.
        guard let headEnd = bytes.prefix(Self.limit).firstRange(of: separator) else { return nil }
        let head = String(decoding: bytes[..<headEnd.lowerBound], as: UTF8.self)
        // "\r\n" is one Character.
        let lines = head.split(separator: "\r\n", omittingEmptySubsequences: false)
        let statusLine = lines[0].split(separator: " ", maxSplits: 2)
        guard statusLine.count >= 2, statusLine[0].hasPrefix("HTTP/1."), let status = Int(statusLine[1]) else {
            return nil
        }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let sides = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            if sides.count == 2 { headers[sides[0].lowercased()] = sides[1].trimmed() }
        }
        self.status = status
        self.headers = headers
        end = headEnd.upperBound
    }
}

extension Substring {
    /// Without spaces at both ends.
    fileprivate func trimmed() -> String {
        String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
