import ControlAPI
import ControlServer
import Foundation
import Glibc
import Logging
import SystemCalls

/// A server with a real TCP port beside its socket.
struct ServedPage {
    let served: Served
    let folder: String
    let links: PageLinks
    let port: UInt16

    /// Sends bytes as they are and reads until the server closes the connection.
    func raw(_ text: String) async throws -> String {
        let port = port
        return try await blocking { try rawExchange(port: port, text) }
    }

    /// A request as a browser sends it from the page itself.
    func ask(
        _ method: String, _ target: String, cookie: String? = nil, host: String? = nil, headers: [String] = [],
        body: String? = nil
    ) async throws -> String {
        var lines = ["\(method) \(target) HTTP/1.1", "Host: \(host ?? "127.0.0.1:\(port)")", "Connection: close"]
        if let cookie { lines.append("Cookie: other=1; \(cookie)") }
        if let body { lines += ["Content-Type: application/json", "Content-Length: \(body.utf8.count)"] }
        return try await raw((lines + headers).joined(separator: "\r\n") + "\r\n\r\n" + (body ?? ""))
    }

    /// Opens the page as a person does.
    /// - Returns: the cookie.
    func cookie(of link: String) async throws -> String {
        let target = link[link.range(of: "/?")!.lowerBound...]
        let answer = try await ask("GET", String(target))
        guard let line = answer.split(separator: "\r\n").first(where: { $0.hasPrefix("Set-Cookie: ") }) else {
            throw CocoaError(.userCancelled)
        }
        return String(line.dropFirst("Set-Cookie: ".count).prefix { $0 != ";" })
    }
}

func withPage(limits: ControlServer.Limits = .init(), _ body: (ServedPage) async throws -> Void) async throws {
    try await withTemporaryDirectory { directory in
        let path = "\(directory)/control.sock"
        let instrument = StandInInstrument()
        let page = try PageListener(
            bindingTo: PageAddress(parsing: "127.0.0.1:0", allowingRemote: false),
            tokens: PageTokens(folder: directory))
        let server = ControlServer(
            instrument: instrument, socket: try ListeningSocket(bindingTo: path), page: .success(page), limits: limits,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let run = Task { try await server.run() }
        do {
            try await body(
                ServedPage(
                    served: Served(instrument: instrument, path: path), folder: directory, links: page.links,
                    port: UInt16(page.address.description.split(separator: ":")[1])!))
            run.cancel()
            try await run.value
        } catch {
            run.cancel()
            _ = try? await run.value
            throw error
        }
    }
}

/// A connected TCP socket; the caller closes it.
func connect(port: UInt16) throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
    let result = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    guard result == 0 else {
        defer { close(descriptor) }
        throw Errno(code: errno)
    }
    return descriptor
}

func rawExchange(port: UInt16, _ text: String) throws -> String {
    let descriptor = try connect(port: port)
    defer { close(descriptor) }
    return try exchange(descriptor, text)
}

/// Reads what has come, until `isEnough` or the end of the connection.
func read(_ descriptor: Int32, until isEnough: (String) -> Bool) throws -> String {
    var limit = timeval(tv_sec: 30, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var answer: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65536)
    while true {
        let count = recv(descriptor, &part, part.count, 0)
        if count == 0 || (count < 0 && errno == ECONNRESET) { return String(decoding: answer, as: UTF8.self) }
        guard count > 0 else { throw Errno(code: errno) }
        answer += part[..<count]
        let text = String(decoding: answer, as: UTF8.self)
        if isEnough(text) { return text }
    }
}
