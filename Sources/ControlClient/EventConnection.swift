import Glibc
import SystemCalls
import UnixSocket

/// A connection to `GET /v1/events`, read for as long as it lasts.
struct EventConnection {
    /// Without a byte for so long the daemon counts as lost; it says something every 10 s.
    static let silence = Duration.seconds(25)

    private let descriptor: Int32
    private var parser = EventParser()
    private var chunks: ChunkedBody?
    /// Arrived with the head.
    private var early: [UInt8]

    /// - Parameter lastID: of the last event seen; nil begins with what happens from now on.
    init(to client: ControlClient, after lastID: String?) throws(ControlClientError) {
        let address = try client.address
        let path = RequestPath("events", query: ["after": lastID])
        let descriptor: Int32
        do throws(Errno) { descriptor = try address.connect() } catch { throw client.unreachable(error) }
        do throws(ControlClientError) {
            let head: HTTPResponseHead
            var bytes: [UInt8] = []
            do throws(Errno) {
                try Self.write(Array("\(ControlClient.head("GET", path))\r\n".utf8), to: descriptor)
                head = try Self.readHead(of: descriptor, into: &bytes)
            } catch { throw client.unreachable(error) }
            guard head.status == 200 else {
                // A refusal has a body of stated length; read like any other answer.
                while HTTPResponse(bytes) == nil, bytes.count < HTTPResponseHead.limit {
                    guard let more = try? Self.read(descriptor), !more.isEmpty else { break }
                    bytes += more
                }
                guard let response = HTTPResponse(bytes) else { throw client.unreachable(Errno(code: ECONNRESET)) }
                _ = try client.success(response)
                throw client.notUnderstood("it is status \(head.status) instead of a stream")
            }
            self.descriptor = descriptor
            chunks = head.headers["transfer-encoding"]?.lowercased() == "chunked" ? ChunkedBody() : nil
            early = Array(bytes[head.end...])
        } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    func close() { Glibc.close(descriptor) }

    /// Waits for the next bytes.
    ///
    /// - Returns: the events that they completed; nil when the daemon ended the stream.
    /// - Throws: ETIMEDOUT after too long a silence.
    mutating func next() throws(Errno) -> [ServerSentEvent]? {
        let bytes: [UInt8]
        if early.isEmpty {
            bytes = try Self.read(descriptor)
        } else {
            bytes = early
            early = []
        }
        guard !bytes.isEmpty else { return nil }
        guard let body = chunks == nil ? bytes : chunks?.push(bytes[...]) else { throw Errno(code: EPROTO) }
        return parser.push(body)
    }

    private static func readHead(
        of descriptor: Int32, into bytes: inout [UInt8]
    ) throws(Errno) -> HTTPResponseHead {
        while true {
            if let head = HTTPResponseHead(bytes) { return head }
            let more = try read(descriptor)
            guard !more.isEmpty else { throw Errno(code: ECONNRESET) }
            bytes += more
            guard bytes.count < HTTPResponseHead.limit else { throw Errno(code: EPROTO) }
        }
    }

    /// What has arrived, after a wait for it; nothing at the end of the stream.
    private static func read(_ descriptor: Int32) throws(Errno) -> [UInt8] {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let milliseconds = Int32(silence / .milliseconds(1))
        guard try systemCall({ poll(&waiting, 1, milliseconds) }) > 0 else { throw Errno(code: ETIMEDOUT) }
        var part = [UInt8](repeating: 0, count: 64 * 1024)
        let count = try systemCall { recv(descriptor, &part, part.count, 0) }
        return Array(part[..<count])
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) throws(Errno) {
        var sent = 0
        while sent < bytes.count {
            sent += try systemCall {
                bytes[sent...].withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            }
        }
    }
}
