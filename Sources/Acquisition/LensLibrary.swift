internal import ControlAPI
internal import Digest
internal import Foundation
internal import Lens

/// Lenses that clients brought, one folder each by the digest of its manifest. The daemon opens no path that a client
/// names: it takes the bytes of the manifest and of the files that the manifest names, and keeps what fits its hashes.
struct LensLibrary: Sendable {
    let folder: String

    private static let largestManifestBytes = 4 << 20

    private func path(_ digest: String) throws(Problem) -> String {
        let isDigest = digest.utf8.count == 64 && digest.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x61...0x66).contains($0)
        }
        guard isDigest, FileManager.default.fileExists(atPath: "\(folder)/\(digest)/lens.json") else {
            throw Problem(
                .lensNotOffered, "no lens of the digest \(digest.prefix(64)) was offered",
                hint: "`neurallens reanalyse --lens DIR` brings a lens to the daemon")
        }
        return "\(folder)/\(digest)"
    }

    /// Keeps a manifest.
    func offer(_ bytes: [UInt8]) throws(Problem) -> LensOffer {
        guard bytes.count <= Self.largestManifestBytes else {
            throw Problem(.invalidLensFile, "the manifest has \(bytes.count) bytes", hint: "offer the lens.json of a lens")
        }
        do {
            _ = try LensManifest.decode(Data(bytes), path: "the offered lens.json")
        } catch {
            throw Problem(.invalidLensFile, error.message, hint: error.hint)
        }
        let digest = sha256Hex(bytes)
        try write(bytes, digest, "lens.json")
        return try offer(digest)
    }

    /// Keeps a file that a manifest names, if it is the one.
    func store(_ bytes: [UInt8], digest: String, name: String) throws(Problem) -> LensOffer {
        let manifest = try manifest(digest)
        guard let entry = manifest.files.first(where: { $0.name == name }) else {
            throw Problem(
                .invalidLensFile, "the lens \(manifest.name) has no file \"\(name)\"",
                hint: "bring the files that its lens.json names")
        }
        guard sha256Hex(bytes) == entry.sha256 else {
            throw Problem(
                .invalidLensFile, "\(name) is not the file that the lens \(manifest.name) was sealed with",
                hint: "seal the folder anew with `neurallens-lab seal-lens`, or restore the file")
        }
        try write(bytes, digest, name)
        return try offer(digest)
    }

    private func offer(_ digest: String) throws(Problem) -> LensOffer {
        let path = try path(digest)
        var missing: [String] = []
        for file in try manifest(digest).files.map(\.name)
        where !missing.contains(file) && !FileManager.default.fileExists(atPath: "\(path)/\(file)") {
            missing.append(file)
        }
        return LensOffer(digest: digest, missing: missing)
    }

    func manifest(_ digest: String) throws(Problem) -> LensManifest {
        let path = try path(digest) + "/lens.json"
        do {
            return try LensManifest.decode(try Data(contentsOf: URL(fileURLWithPath: path)), path: path)
        } catch {
            throw Problem(.lensRefused, "the lens \(digest) cannot be read: \(error)", hint: "offer it once more")
        }
    }

    /// The folder of a lens whose files are all there.
    func completeLens(_ digest: String) throws(Problem) -> String {
        let offer = try offer(digest)
        guard offer.missing.isEmpty else {
            throw Problem(
                .lensNotOffered, "the lens still lacks \(offer.missing.joined(separator: ", "))",
                hint: "`neurallens reanalyse --lens DIR` brings all files")
        }
        return try path(digest)
    }

    private func write(_ bytes: [UInt8], _ digest: String, _ name: String) throws(Problem) {
        let place = URL(fileURLWithPath: "\(folder)/\(digest)", isDirectory: true)
        do {
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            try Data(bytes).write(to: place.appendingPathComponent(name), options: .atomic)
        } catch {
            throw Problem(
                .storeFailed, "\(place.path)/\(name) cannot be written: \(error.localizedDescription)",
                hint: "check that the state folder can be written to and that the disk has room")
        }
    }
}
