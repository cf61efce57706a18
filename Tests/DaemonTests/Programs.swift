import Foundation

/// The built programs, run as users run them.
enum Programs {
    /// The test program lies beside the others.
    static let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let smallLens = repository.appendingPathComponent("Tests/Fixtures/lenses/small").path

    struct Result: Sendable {
        let status: Int32
        let output: String
        let errors: String

        func json() throws -> [String: Any] {
            try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any] ?? [:]
        }
    }

    static func process(_ program: String, _ arguments: [String], folder: URL = folder) -> Process {
        let process = Process()
        process.executableURL = folder.appendingPathComponent(program)
        process.arguments = arguments
        return process
    }

    /// Runs a program to its end.
    static func run(_ program: String, _ arguments: [String]) async throws -> Result {
        let process = process(program, arguments)
        let output = Pipe(), errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        return try await withCheckedThrowingContinuation { continuation in
            let thread = Thread {
                do {
                    try process.run()
                    // Errors are short: they fit the pipe while the output is drained.
                    let text = output.fileHandleForReading.readDataToEndOfFile()
                    let complaint = errors.fileHandleForReading.readDataToEndOfFile()
                    process.waitUntilExit()
                    continuation.resume(
                        returning: Result(
                            status: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
                            errors: String(decoding: complaint, as: UTF8.self)))
                } catch {
                    continuation.resume(throwing: error)
                }
            }
            thread.start()
        }
    }
}

/// A daemon in a folder of its own.
final class Daemon {
    let folder: URL
    let arguments: [String]
    private(set) var process = Process()

    var socket: String { folder.appendingPathComponent("run/control.sock").path }

    /// Four fields of seed 11, drawn once for all tests.
    private static let drawn = Task {
        let folder = URL(fileURLWithPath: "/tmp/nl-fields-\(getpid())")
        let result = try await Programs.run(
            "neurallens-lab", ["simulate", "--fields", "4", "--seed", "11", "-o", folder.path])
        guard result.status == 0 else { throw CocoaError(.fileWriteUnknown) }
        return folder
    }

    /// - Parameters:
    ///   - fields: fields that its camera gives, 0...4.
    ///   - options: of the daemon, besides the usual ones.
    init(fields: Int = 1, options: [String] = []) async throws {
        // Short, since a socket's path has at most 107 bytes.
        folder = URL(fileURLWithPath: "/tmp/nl-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let pictures = folder.appendingPathComponent("fields").path
        try FileManager.default.createDirectory(atPath: pictures, withIntermediateDirectories: true)
        let drawn = try await Self.drawn.value
        for index in 0..<fields {
            let name = "00000\(index).png"
            try FileManager.default.copyItem(
                at: drawn.appendingPathComponent(name), to: URL(fileURLWithPath: pictures + "/" + name))
        }
        arguments =
            [
                "--camera", "folder:\(pictures)", "--nm-per-pixel", "180", "--lens", Programs.smallLens,
                "--state-dir", folder.path, "--socket", folder.appendingPathComponent("run/control.sock").path,
                "--log-level", "critical",
            ] + options
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(at: folder)
    }

    /// - Parameter programs: folder that its program lies in.
    func start(from programs: URL = Programs.folder) async throws {
        process = Programs.process("neurallensd", arguments, folder: programs)
        try process.run()
        for _ in 0..<600 {
            if try await control("status").status == 0 { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw CocoaError(.executableLoad)
    }

    /// - Returns: the exit status, or the signal's number.
    @discardableResult
    func end(_ signal: Int32) async throws -> Int32 {
        kill(process.processIdentifier, signal)
        while process.isRunning { try await Task.sleep(for: .milliseconds(20)) }
        return process.terminationStatus
    }

    func control(_ arguments: String...) async throws -> Programs.Result { try await control(arguments) }

    func control(_ arguments: [String]) async throws -> Programs.Result {
        try await Programs.run("neurallens", ["--socket", socket] + arguments)
    }
}
