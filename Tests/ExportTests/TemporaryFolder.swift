import Foundation

/// A folder that goes with the process.
final class TemporaryFolder: Sendable {
    static let shared: TemporaryFolder = {
        atexit { try? FileManager.default.removeItem(atPath: TemporaryFolder.shared.root) }
        return TemporaryFolder()
    }()

    let root = NSTemporaryDirectory() + "neurallens-export-\(UUID().uuidString)"

    func path(_ name: String) throws -> String {
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        return "\(root)/\(name)"
    }
}
