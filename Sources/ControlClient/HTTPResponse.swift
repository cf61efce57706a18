/// A complete HTTP/1.1 response with a body of stated length, as the daemon sends it.
struct HTTPResponse: Equatable {
    let status: Int
    let body: [UInt8]

    /// Nil where the bytes are something else, or less than a whole response.
    init?(_ bytes: [UInt8]) {
        let separator = Array("\r\n\r\n".utf8)
        // The head ends early in the bytes: a search beyond its limit would only cross the body.
        guard let headEnd = bytes.prefix(64 * 1024).firstRange(of: separator) else { return nil }
        let head = String(decoding: bytes[..<headEnd.lowerBound], as: UTF8.self)
        // "\r\n" is one Character.
        let lines = head.split(separator: "\r\n", omittingEmptySubsequences: false)
        let statusLine = lines[0].split(separator: " ", maxSplits: 2)
        guard statusLine.count >= 2, statusLine[0].hasPrefix("HTTP/1."), let status = Int(statusLine[1]) else {
            return nil
        }
        var length: Int?
        for line in lines.dropFirst() {
            let sides = line.split(separator: ":", maxSplits: 1)
            if sides.count == 2, sides[0].lowercased() == "content-length" {
                length = Int(sides[1].filter { $0 != " " })
            }
        }
        let body = bytes[headEnd.upperBound...]
        guard let length, length >= 0, body.count >= length else { return nil }
        self.status = status
        self.body = Array(body.prefix(length))
    }
}
