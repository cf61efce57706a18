import ControlAPI
import ControlClient
import ControlServer
import Foundation
import Glibc
import Logging
import SystemCalls
import UnixSocket

/// Runs what blocks on a thread of its own: the server under test needs the shared ones.
func blocking<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
}

/// A directory that is removed with everything in it.
func withTemporaryDirectory(_ body: (String) async throws -> Void) async throws {
    var template = Array("/tmp/control.XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Errno(code: errno) }
    let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer {
        if let listing = opendir(directory) {
            while let entry = readdir(listing) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                unlink("\(directory)/\(name)")
            }
            closedir(listing)
        }
        rmdir(directory)
    }
    try await body(directory)
}

/// A server on a real socket with a stand-in behind it.
struct Served {
    let instrument: StandInInstrument
    let path: String

    var client: ControlClient { ControlClient(socketPath: path, timeout: .seconds(20)) }

    /// Sends bytes as they are and reads until the server closes the connection; then says "closed".
    func raw(_ text: String) async throws -> String {
        let path = path
        return try await blocking { try rawExchange(path, text) }
    }
}

func withServer(
    limits: ControlServer.Limits = .init(), _ body: (Served) async throws -> Void
) async throws {
    try await withTemporaryDirectory { directory in
        let path = "\(directory)/control.sock"
        let instrument = StandInInstrument()
        let server = ControlServer(
            instrument: instrument, socket: try ListeningSocket(bindingTo: path), limits: limits,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let run = Task { try await server.run() }
        do {
            try await body(Served(instrument: instrument, path: path))
            run.cancel()
            try await run.value
        } catch {
            run.cancel()
            _ = try? await run.value
            throw error
        }
    }
}

extension ControlClientError {
    /// What the daemon refused with.
    var problem: Problem? {
        guard case .refused(let problem) = code else { return nil }
        return problem
    }
}

func rawExchange(_ path: String, _ text: String) throws -> String {
    let descriptor = try UnixSocketAddress(path).connect()
    defer { close(descriptor) }
    return try exchange(descriptor, text)
}

/// Sends all and reads to the end.
func exchange(_ descriptor: Int32, _ text: String) throws -> String {
    // A guard against a server that never closes; no passing test waits for it.
    var limit = timeval(tv_sec: 30, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        if count < 0 { break }
        rest = rest.dropFirst(count)
    }
    var answer: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65536)
    while true {
        let count = recv(descriptor, &part, part.count, 0)
        if count == 0 { break }
        guard count > 0 else {
            if errno == ECONNRESET { break }
            throw Errno(code: errno)
        }
        answer += part[..<count]
    }
    return String(decoding: answer, as: UTF8.self)
}

/// A request that asks the server to close the connection after its answer.
func request(_ method: String, _ target: String, body: String = "") -> String {
    "\(method) \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
}

struct Outcome: Sendable {
    let status: Int32
    let output: String
    let errors: String
}

/// The `neurallens` program itself, as a user runs it; with `shell`, commands of sh(1) before it.
func neurallens(
    _ arguments: [String], environment: [String: String] = [:], shell: String? = nil
) async throws -> Outcome {
    try await blocking {
        let process = Process()
        // The programs lie beside the tests' own executable.
        let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let program = tests.deletingLastPathComponent().appendingPathComponent("neurallens")
        process.executableURL = shell == nil ? program : URL(fileURLWithPath: "/bin/sh")
        process.arguments = (shell.map { ["-c", "\($0); exec \"$0\" \"$@\"", program.path] } ?? []) + arguments
        process.environment = environment
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        let complaints = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
            errors: String(decoding: complaints, as: UTF8.self))
    }
}
