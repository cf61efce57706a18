internal import ControlAPI
internal import Digest
internal import Foundation
internal import Lens

/// Lenses that clients brought, one folder each by the digest of its manifest. The daemon opens no path that a client
/// names: it takes the bytes of the manifest and of the files that the manifest names, and keeps what fits its hashes.
///
/// Beside the manifest stands who brought it: one user fills half of the library at most.
struct LensLibrary: Sendable {
    /// What the library holds at most.
    struct Limits: Sendable {
        var lenses = 128
        var bytes = 8_000_000_000

        /// What one user may bring.
        var share: Limits { Limits(lenses: (lenses + 1) / 2, bytes: (bytes + 1) / 2) }
    }

    let folder: String
    var limits = Limits()

    private static let largestManifestBytes = 4 << 20
    /// Holds who brought the lens; no manifest can name it.
    private static let ownerFile = ".brought-by"
    /// What is known of a lens, for people; no manifest can name it.
    private static let cardFile = "README.md"

    private func path(_ digest: String) throws(Problem) -> String {
        let isDigest =
            digest.utf8.count == 64
            && digest.utf8.allSatisfy {
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
    /// - Parameter owner: who brings it.
    func offer(_ bytes: [UInt8], by owner: String) throws(Problem) -> LensOffer {
        guard bytes.count <= Self.largestManifestBytes else {
            throw Problem(
                .invalidLensFile, "the manifest has \(bytes.count) bytes", hint: "offer the lens.json of a lens")
        }
        do {
            _ = try LensManifest.decode(Data(bytes), path: "the offered lens.json")
        } catch {
            throw Problem(.invalidLensFile, error.message, hint: error.hint)
        }
        let digest = sha256Hex(bytes)
        if !FileManager.default.fileExists(atPath: "\(folder)/\(digest)/lens.json") {
            try checkRoom(lenses: 1, bytes: bytes.count, for: owner)
            try write(Array(owner.utf8), digest, Self.ownerFile)
            try write(bytes, digest, "lens.json")
        }
        return try offer(digest)
    }

    /// Keeps a file that a manifest names, if it is the one.
    /// - Parameter owner: who brings it.
    func store(_ bytes: [UInt8], digest: String, name: String, by owner: String) throws(Problem) -> LensOffer {
        let manifest = try manifest(digest)
        guard let entry = manifest.files.first(where: { $0.name == name }) else {
            throw Problem(
                .invalidLensFile, "the lens \(manifest.name) has no file \"\(name)\"",
                hint: "bring the files that its lens.json names")
        }
        guard sha256Hex(bytes) == entry.sha256.lowercased() else {
            throw Problem(
                .invalidLensFile, "\(name) is not the file that the lens \(manifest.name) was sealed with",
                hint: "seal the folder anew with `neurallens-lab seal-lens`, or restore the file")
        }
        // What is there already fits the same hash.
        if !FileManager.default.fileExists(atPath: "\(folder)/\(digest)/\(name)") {
            try checkRoom(lenses: 0, bytes: bytes.count, for: owner, digest: digest)
            try write(bytes, digest, name)
        }
        return try offer(digest)
    }

    /// Takes a lens that was made here, with its model card.
    /// - Returns: its digest.
    func adopt(folder source: String, card: String, by owner: String) throws(Problem) -> String {
        func bytes(_ name: String) throws(Problem) -> [UInt8] {
            do {
                return [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(source)/\(name)")))
            } catch {
                throw Problem(
                    .storeFailed, "\(source)/\(name) cannot be read: \(error.localizedDescription)",
                    hint: "check the state folder's disk")
            }
        }
        var offer = try offer(bytes("lens.json"), by: owner)
        for name in offer.missing { offer = try store(bytes(name), digest: offer.digest, name: name, by: owner) }
        try write(Array(card.utf8), offer.digest, Self.cardFile)
        return offer.digest
    }

    // MARK: Room

    private struct Holding {
        let digest: String
        /// Nil where an earlier version did not note it.
        let owner: String?
        let bytes: Int
    }

    private var holdings: [Holding] {
        let files = FileManager.default
        return ((try? files.contentsOfDirectory(atPath: folder)) ?? []).map { digest in
            let names = (try? files.contentsOfDirectory(atPath: "\(folder)/\(digest)")) ?? []
            let bytes = names.reduce(0) { sum, name in
                sum + ((try? files.attributesOfItem(atPath: "\(folder)/\(digest)/\(name)"))?[.size] as? Int ?? 0)
            }
            let owner = try? String(contentsOfFile: "\(folder)/\(digest)/\(Self.ownerFile)", encoding: .utf8)
            return Holding(digest: digest, owner: owner, bytes: bytes)
        }
    }

    /// Refuses what does not fit.
    /// - Parameter digest: of the lens that it belongs to, whose bringer it is counted for; nil for a new one.
    private func checkRoom(lenses: Int, bytes: Int, for owner: String, digest: String? = nil) throws(Problem) {
        let all = holdings
        let owner = all.first { $0.digest == digest }?.owner ?? owner
        try checkRoom(lenses, bytes, beside: all, limits, "clients have")
        try checkRoom(lenses, bytes, beside: all.filter { $0.owner == owner }, limits.share, "\(owner) has")
    }

    private func checkRoom(
        _ lenses: Int, _ bytes: Int, beside held: [Holding], _ limits: Limits, _ whose: String
    ) throws(Problem) {
        let heldBytes = held.reduce(0) { $0 + $1.bytes }
        guard held.count + lenses > limits.lenses || heldBytes + bytes > limits.bytes else { return }
        func gigabytes(_ bytes: Int) -> String { "\((Double(bytes) / 1e8).rounded() / 10) GB" }
        throw Problem(
            .lensesFull,
            "\(whose) brought \(held.count) lenses of \(gigabytes(heldBytes)), and \(limits.lenses) of "
                + "\(gigabytes(limits.bytes)) may be kept",
            hint: "let the instrument's administrator delete those no longer needed from \(folder)")
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
