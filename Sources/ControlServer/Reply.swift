import ControlAPI
import FoundationEssentials
import NIOHTTP1

/// A response before it is put on the wire.
struct Reply: Sendable {
    var status: HTTPResponseStatus
    var contentType: String
    var headers: [(name: String, value: String)] = []
    var body: [UInt8]
    /// Follows the head in place of a body; the answer ends when it or the client does.
    var feed: EventFeed?

    /// Its head, but for what the connection adds. The length of a feed is not known.
    var head: HTTPResponseHead {
        var head = HTTPResponseHead(version: .http1_1, status: status)
        if status != .noContent && status != .notModified {
            head.headers.add(name: "Content-Type", value: contentType)
            if feed == nil { head.headers.add(name: "Content-Length", value: String(body.count)) }
        }
        for (name, value) in headers { head.headers.add(name: name, value: value) }
        return head
    }

    static func json(_ value: some Encodable, status: HTTPResponseStatus = .ok) throws(Problem) -> Reply {
        do {
            let body = try WireFormat.encode(value)
            return Reply(status: status, contentType: "application/json", body: Array(body))
        } catch {
            throw Problem(
                .internalError, "the daemon could not write its answer as JSON: \(error)", hint: "please report this")
        }
    }

    /// Work that goes on after the answer.
    static func accepted(_ job: some Encodable, at location: String) throws(Problem) -> Reply {
        var reply = try json(job, status: .accepted)
        reply.headers.append(("Location", location))
        return reply
    }

    static func png(_ bytes: [UInt8]) -> Reply { Reply(status: .ok, contentType: "image/png", body: bytes) }

    static func problem(_ problem: Problem) -> Reply {
        // Strings and one integer: encoding cannot fail.
        let body = (try? WireFormat.encode(problem)) ?? Data()
        return Reply(
            status: HTTPResponseStatus(statusCode: problem.status), contentType: Problem.contentType, body: Array(body))
    }
}
