internal import Digest
internal import Foundation
internal import Lens

/// Manifests of the lenses that were in use, by their digests: what a lens found is named by its species also when it
/// is refused, replaced or gone.
struct KnownLenses: Sendable {
    let folder: String

    private func path(_ digest: String) -> String { "\(folder)/\(digest).json" }

    /// Keeps the manifest of a lens that lies in a folder.
    func keep(_ digest: String, from source: String) throws {
        guard !FileManager.default.fileExists(atPath: path(digest)) else { return }
        let manifest = try Data(contentsOf: URL(fileURLWithPath: source + "/lens.json"))
        // Another may lie there since.
        guard sha256Hex([UInt8](manifest)) == digest else { return }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try manifest.write(to: URL(fileURLWithPath: path(digest)), options: .atomic)
    }

    /// Nil where no lens of this digest was in use.
    func manifest(_ digest: String) -> LensManifest? {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path(digest))) else { return nil }
        return try? LensManifest.decode(data, path: path(digest))
    }
}
