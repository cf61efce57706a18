package import ControlAPI
import FoundationEssentials
import Glibc
import SystemCalls
import UnixSocket

/// Talks to the daemon over its Unix socket, one connection a request. Calls block their thread: it is made for
/// command lines.
package struct ControlClient: Sendable {
    package static let defaultSocketPath = "/run/neurallens/control.sock"

    package let socketPath: String
    /// How long an answer may take; requests that wait for news add their own time.
    private let timeout: Duration

    package init(socketPath: String = defaultSocketPath, timeout: Duration = .seconds(30)) {
        self.socketPath = socketPath
        self.timeout = timeout
    }

    package func get<Value: Decodable>(
        _ path: RequestPath, as type: Value.Type = Value.self, waiting: Duration = .zero
    ) throws(ControlClientError) -> Value {
        try decoded(exchange("GET", path, body: nil, waiting: waiting))
    }

    package func send<Value: Decodable>(
        _ method: String, _ path: RequestPath, _ body: some Encodable, as type: Value.Type = Value.self,
        waiting: Duration = .zero
    ) throws(ControlClientError) -> Value {
        let json: Data
        do { json = try WireFormat.encode(body) } catch {
            throw ControlClientError(
                Problem(.malformedRequest, "the request cannot be written as JSON", hint: "numbers must be finite"))
        }
        return try decoded(exchange(method, path, body: Array(json), waiting: waiting))
    }

    /// Says what is wrong with a request without asking the daemon.
    package func send<Value: Decodable>(
        _ method: String, _ path: RequestPath, checked body: some CheckedRequest, as type: Value.Type = Value.self,
        waiting: Duration = .zero
    ) throws(ControlClientError) -> Value {
        if let fault = body.fault { throw ControlClientError(fault) }
        return try send(method, path, body, waiting: waiting)
    }

    /// - Parameter bytes: the body as it is.
    package func send<Value: Decodable>(
        _ method: String, _ path: RequestPath, bytes: [UInt8], contentType: String, as type: Value.Type = Value.self,
        waiting: Duration = .zero
    ) throws(ControlClientError) -> Value {
        try decoded(exchange(method, path, body: bytes, contentType: contentType, waiting: waiting))
    }

    package func bytes(_ path: RequestPath, waiting: Duration = .zero) throws(ControlClientError) -> [UInt8] {
        try exchange("GET", path, body: nil, waiting: waiting)
    }

    func delete(_ path: RequestPath) throws(ControlClientError) {
        _ = try exchange("DELETE", path, body: [], waiting: .zero)
    }

    func decoded<Value: Decodable>(_ body: [UInt8]) throws(ControlClientError) -> Value {
        do {
            return try WireFormat.decode(Value.self, from: Data(body))
        } catch {
            throw notUnderstood("its JSON is not as expected (\(error))")
        }
    }

    /// - Returns: the body of a successful answer.
    private func exchange(
        _ method: String, _ path: RequestPath, body: [UInt8]?, contentType: String = "application/json",
        waiting: Duration
    ) throws(ControlClientError) -> [UInt8] {
        var head = Self.head(method, path)
        if let body { head += "Content-Type: \(contentType)\r\nContent-Length: \(body.count)\r\n" }
        let address = try address
        let answer: [UInt8]
        do throws(Errno) {
            let stream = try TimedStream(to: address, within: timeout + waiting)
            defer { stream.close() }
            try stream.write(Array("\(head)\r\n".utf8) + (body ?? []))
            answer = try stream.readToEnd()
        } catch {
            throw unreachable(error)
        }
        guard let response = HTTPResponse(answer) else {
            throw answer.isEmpty ? unreachable(Errno(code: ECONNRESET)) : notUnderstood("it was cut short")
        }
        return try success(response).body
    }

    static func head(_ method: String, _ path: RequestPath) -> String {
        "\(method) \(path) HTTP/1.1\r\nHost: neurallens\r\nConnection: close\r\n"
    }

    var address: UnixSocketAddress {
        get throws(ControlClientError) {
            do throws(UnixSocketError) { return try UnixSocketAddress(socketPath) } catch {
                throw ControlClientError(.unreachable, error.message, hint: error.hint)
            }
        }
    }

    /// The response where it is a successful one.
    func success(_ response: HTTPResponse) throws(ControlClientError) -> HTTPResponse {
        guard !(200..<300).contains(response.status) else { return response }
        guard let problem = try? WireFormat.decode(Problem.self, from: Data(response.body)) else {
            throw notUnderstood("it is status \(response.status) without problem details")
        }
        throw ControlClientError(problem)
    }

    func unreachable(_ error: Errno) -> ControlClientError {
        let (what, hint) =
            switch error.code {
            case ENOENT:
                ("there is no socket at \(socketPath)", "start neurallensd, or name its socket with --socket")
            case ECONNREFUSED, ENOTSOCK, EPROTOTYPE:
                ("no daemon listens at \(socketPath)", "start neurallensd, or name its socket with --socket")
            case EACCES, EPERM:
                ("\(socketPath) may not be used by this user", "join the group that owns it, or ask its owner")
            case ETIMEDOUT:
                ("the daemon at \(socketPath) does not answer in time", "look at its log, then try again")
            case EPIPE, ECONNRESET:
                (
                    "the daemon at \(socketPath) closed the connection without an answer",
                    "look at its log, then try again"
                )
            default:
                ("the daemon at \(socketPath) cannot be reached: \(error)", "check the path and the daemon's log")
            }
        return ControlClientError(.unreachable, what, hint: hint)
    }

    func notUnderstood(_ reason: String) -> ControlClientError {
        ControlClientError(
            .notUnderstood, "the answer from \(socketPath) is not understood: \(reason)",
            hint: "check that neurallens and neurallensd are of one version, and that the socket is neurallensd's")
    }
}
