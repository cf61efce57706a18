import Foundation
import Testing

/// Programs of others that read our files: `read_back.py` beside this file, run by the Python of `make readers`.
struct ForeignReader {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// What a reader saw.
    struct Seen<Value> {
        let value: Value
        /// Of the exported file; others that the reader wrote have longer names.
        let path: String
    }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

    private static var interpreter: String {
        ProcessInfo.processInfo.environment["NEURALLENS_PYTHON"]
            ?? folder.appendingPathComponent("../../.build/python/bin/python").standardized.path
    }

    /// Writes `bytes` to a file, has it read as `kind`, and decodes the answer.
    static func read<Value: Decodable>(_ bytes: [UInt8], as kind: String, _ type: Value.Type) throws -> Seen<Value> {
        let (answer, path) = try read(bytes, as: kind)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return Seen(value: try decoder.decode(type, from: answer), path: path)
    }

    static func json(_ bytes: [UInt8]) throws -> [String: Any] {
        let (answer, _) = try read(bytes, as: "json")
        return try #require(try JSONSerialization.jsonObject(with: answer) as? [String: Any])
    }

    private static func read(_ bytes: [UInt8], as kind: String) throws -> (answer: Data, path: String) {
        guard FileManager.default.isExecutableFile(atPath: interpreter) else {
            throw Failure(
                description: "\(interpreter) is missing: run `make readers`, or name a Python with the packages of "
                    + "Tests/ExportTests/requirements.txt in NEURALLENS_PYTHON")
        }
        let path = try TemporaryFolder.shared.path("\(UUID().uuidString).\(kind)")
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: interpreter)
        process.arguments = [
            "-W", "error::UserWarning", folder.appendingPathComponent("read_back.py").path, kind, path,
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let answer = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "\(kind) cannot be read back; the reader's words are above")
        }
        return (answer, path)
    }
}
