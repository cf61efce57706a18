/// A complete HTTP/1.1 response with a body of stated length, as the daemon sends it.
struct HTTPResponse: Equatable {
    let status: Int
    /// By lower-case names.
    let headers: [String: String]
    let body: [UInt8]

    /// Nil where the bytes are something else, or less than a whole response.
    init?(_ bytes: [UInt8]) {
        guard let head = HTTPResponseHead(bytes) else { return nil }
        let length = head.headers["content-length"].flatMap { Int($0) } ?? (head.status == 204 ? 0 : nil)
        let body = bytes[head.end...]
        guard let length, length >= 0, body.count >= length else { return nil }
        status = head.status
        headers = head.headers
        self.body = Array(body.prefix(length))
    }
}
