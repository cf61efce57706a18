import ControlAPI
import Digest
import FoundationEssentials

/// A lens on this computer, to be brought to the daemon, which opens no path that a client names.
package protocol LensSource {
    /// What it is called in errors.
    var path: String { get }
    var manifest: LensSourceManifest { get }
    /// What its maker says of it, Markdown; nil where there is nothing.
    var card: [UInt8]? { get }
    /// Bytes of a file; of no other than those that the manifest names.
    func size(of file: String) throws(ControlClientError) -> Int64
    /// At most `count` bytes of a file; none at its end.
    func read(_ file: String, at offset: Int64, count: Int) throws(ControlClientError) -> [UInt8]
}

/// What of a `lens.json` its bringer must know.
package struct LensSourceManifest: Sendable {
    /// Byte for byte.
    package let bytes: [UInt8]
    package let name: String
    /// The names of the other files, each once, with their SHA-256.
    package let files: [(name: String, sha256: String)]

    private struct Description: Decodable {
        struct Part: Decodable {
            let file: String
            let sha256: String
        }

        let name: String
        let networks: [Part]
        let familiarity: Part?
    }

    /// - Parameter path: what the manifest is called in errors.
    init(_ bytes: [UInt8], path: String) throws(ControlClientError) {
        guard let description = try? WireFormat.decode(Description.self, from: Data(bytes)) else {
            throw ControlClientError(
                .cannotRead, "\(visible(path)) is not the description of a lens",
                hint: "name a lens, as neurallens-lab train or neurallens lens export writes it")
        }
        var files: [(name: String, sha256: String)] = []
        for part in description.networks + [description.familiarity].compactMap({ $0 }) {
            let name = part.file
            guard !name.isEmpty, !name.hasPrefix("."), !name.contains("/"), !name.contains("\0") else {
                throw ControlClientError(
                    .cannotRead, "\(visible(path)) names a file that is not beside it: \(visible(name))",
                    hint: "put the file beside it and its plain name into lens.json")
            }
            if !files.contains(where: { $0.name == name }) { files.append((name, part.sha256.lowercased())) }
        }
        self.bytes = bytes
        name = description.name
        self.files = files
    }
}

extension LensSource {
    private static var pieceBytes: Int { 1 << 20 }

    /// Refuses a lens whose files are not those that its manifest was sealed with, before anything is sent.
    package func check() throws(ControlClientError) {
        for file in manifest.files {
            let total = try size(of: file.name)
            let digest = SHA256Digest()
            var offset: Int64 = 0
            while offset < total {
                let bytes = try read(file.name, at: offset, count: Self.pieceBytes)
                guard !bytes.isEmpty else { break }
                digest.update(bytes[...])
                offset += Int64(bytes.count)
            }
            guard digest.finished() == file.sha256 else {
                throw ControlClientError(
                    .cannotRead,
                    "\(visible(file.name)) in \(visible(path)) is not the file that the lens \(visible(manifest.name)) was sealed with",
                    hint: "get the lens again from where it came")
            }
        }
    }
}
