import Foundation

/// A folder that goes with the last who holds it.
final class TemporaryFolder: Sendable {
    let root = NSTemporaryDirectory() + "neurallens-files-\(UUID().uuidString)"

    func path(_ name: String) throws -> String {
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        return "\(root)/\(name)"
    }

    var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: root).sorted()) ?? [] }

    deinit { try? FileManager.default.removeItem(atPath: root) }
}
