internal import ControlAPI
internal import Digest
internal import Foundation
internal import Lens
internal import Quantities
internal import SlideStore
internal import SystemCalls

/// Lenses that clients brought or that were taught here, one folder each by the digest of its manifest. The daemon opens no
/// path that a client names: it takes the bytes of the manifest and of the files that the manifest names, and keeps what
/// fits its hashes.
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
    private static let largestCardBytes = 1 << 20
    /// Holds who brought the lens; no manifest can name it.
    static let ownerFile = ".brought-by"
    /// What is known of a lens, for people; no manifest can name it.
    static let cardFile = "README.md"
    private static let gravePrefix = ".deleted-"
    /// Bytes of the disk that lenses leave to what is captured.
    private static let roomForCaptures: Int64 = 1 << 28

    /// Of a lens that is here, perhaps without all of its files.
    func path(_ digest: String) throws(Problem) -> String {
        let isDigest =
            digest.utf8.count == 64
            && digest.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x61...0x66).contains($0)
            }
        guard isDigest, FileManager.default.fileExists(atPath: "\(folder)/\(digest)/lens.json") else {
            throw Problem(
                .lensNotOffered, "there is no lens of the digest \(digest.prefix(64))",
                hint: "`neurallens lens list` lists those that the daemon has; `neurallens lens import FILE` brings one"
            )
        }
        return "\(folder)/\(digest)"
    }

    /// Digests of all, also of those that lack files.
    var digests: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { (try? path($0)) != nil }
            .sorted()
    }

    /// Keeps a manifest. Files that are here and are not what it names are asked for again.
    /// - Parameter owner: who brings it.
    func offer(_ bytes: [UInt8], by owner: String) throws(Problem) -> LensOffer {
        guard bytes.count <= Self.largestManifestBytes else {
            throw Problem(
                .invalidLensFile, "the manifest has \(bytes.count) bytes", hint: "offer the lens.json of a lens")
        }
        let manifest: LensManifest
        do {
            manifest = try LensManifest.decode(Data(bytes), path: "the offered lens.json")
        } catch {
            throw Problem(.invalidLensFile, error.message, hint: error.hint)
        }
        let digest = sha256Hex(bytes)
        if !FileManager.default.fileExists(atPath: "\(folder)/\(digest)/lens.json") {
            try checkRoom(lenses: 1, bytes: bytes.count, for: owner)
            try write(Array(owner.utf8), digest, Self.ownerFile)
            try write(bytes, digest, "lens.json")
        } else {
            for file in manifest.files {
                let path = "\(folder)/\(digest)/\(file.name)"
                guard let hash = Self.hash(path), hash != file.sha256.lowercased() else { continue }
                try? FileManager.default.removeItem(atPath: path)
            }
        }
        return try offer(digest)
    }

    /// Keeps a file that a manifest names, if it is the one.
    /// - Parameter owner: who brings it.
    func store(_ bytes: [UInt8], digest: String, name: String, by owner: String) throws(Problem) -> LensOffer {
        let (manifest, sha256) = try entry(digest, name)
        guard sha256Hex(bytes) == sha256 else { throw Self.notSealed(name, manifest) }
        // What is there already fits the same hash.
        if !FileManager.default.fileExists(atPath: "\(folder)/\(digest)/\(name)") {
            try checkRoom(lenses: 0, bytes: bytes.count, for: owner, digest: digest)
            try checkDisk(Int64(bytes.count), manifest)
            try write(bytes, digest, name)
        }
        return try offer(digest)
    }

    /// The same for a file that comes in pieces, from its beginning on. A piece at 0 begins it anew; after the last one the
    /// file is compared with its hash, and only then has its name.
    func store(
        _ bytes: [UInt8], _ piece: LensFilePiece, digest: String, name: String, by owner: String
    ) throws(Problem) -> LensOffer {
        let (manifest, sha256) = try entry(digest, name)
        let end = piece.offset.addingReportingOverflow(Int64(bytes.count))
        guard piece.offset >= 0, !bytes.isEmpty, !end.overflow, end.partialValue <= piece.total,
            piece.total <= Int64(limits.share.bytes)
        else {
            throw Problem(
                .invalidLensFile,
                "a piece of \(name) with \(bytes.count) bytes at \(piece.offset) is none of a file of \(piece.total)",
                hint: "send the file from its beginning on")
        }
        guard !FileManager.default.fileExists(atPath: "\(folder)/\(digest)/\(name)") else { return try offer(digest) }
        // No manifest can name it, and it is short whatever the file is called.
        let partial = "\(folder)/\(digest)/.part-\(sha256)"
        if piece.offset == 0 {
            try? FileManager.default.removeItem(atPath: partial)
            try checkRoom(lenses: 0, bytes: Int(piece.total), for: owner, digest: digest)
            try checkDisk(piece.total, manifest)
        } else {
            try checkRoom(lenses: 0, bytes: bytes.count, for: owner, digest: digest)
        }
        let here = Self.size(partial) ?? 0
        guard here == piece.offset else {
            throw Problem(
                .invalidLensFile, "the piece of \(name) begins at byte \(piece.offset), and \(here) are here",
                hint: "send the file from its beginning on")
        }
        try append(bytes, to: partial)
        guard end.partialValue == piece.total else { return try offer(digest) }
        guard Self.hash(partial) == sha256 else {
            try? FileManager.default.removeItem(atPath: partial)
            throw Self.notSealed(name, manifest)
        }
        guard rename(partial, "\(folder)/\(digest)/\(name)") == 0 else {
            throw Self.unwritten("\(folder)/\(digest)/\(name)", String(cString: strerror(errno)))
        }
        return try offer(digest)
    }

    /// Keeps what its bringer says of a lens, where nothing is said of it here.
    func store(card bytes: [UInt8], digest: String, by owner: String) throws(Problem) -> LensOffer {
        let path = try path(digest)
        guard bytes.count <= Self.largestCardBytes, String(validating: bytes, as: UTF8.self) != nil else {
            throw Problem(
                .invalidLensFile, "the model card is no text of at most \(Self.largestCardBytes >> 20) MiB",
                hint: "bring the README.md of the lens")
        }
        if !FileManager.default.fileExists(atPath: "\(path)/\(Self.cardFile)") {
            try checkRoom(lenses: 0, bytes: bytes.count, for: owner, digest: digest)
            try write(bytes, digest, Self.cardFile)
        }
        return try offer(digest)
    }

    /// Takes a lens that was made here, or that the daemon was configured with, with its model card.
    /// - Returns: its digest.
    func adopt(folder source: String, card: String?, by owner: String) throws(Problem) -> String {
        func bytes(_ name: String) throws(Problem) -> [UInt8] {
            do {
                return [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(source)/\(name)")))
            } catch {
                throw Problem(
                    .storeFailed, "\(source)/\(name) cannot be read: \(error.localizedDescription)",
                    hint: "check the disk")
            }
        }
        var offer = try offer(bytes("lens.json"), by: owner)
        for name in offer.missing { offer = try store(bytes(name), digest: offer.digest, name: name, by: owner) }
        if let card { try write(Array(card.utf8), offer.digest, Self.cardFile) }
        return offer.digest
    }

    /// Takes a lens out of the library: first by its name, so that a kill leaves no half of one.
    func remove(_ digest: String) throws(Problem) {
        let path = try path(digest)
        let grave = "\(folder)/\(Self.gravePrefix)\(digest)"
        try? FileManager.default.removeItem(atPath: grave)
        guard rename(path, grave) == 0 else {
            throw Problem(
                .storeFailed, "\(path) cannot be deleted: \(String(cString: strerror(errno)))",
                hint: "check that the state folder can be written to")
        }
        try? FileManager.default.removeItem(atPath: grave)
    }

    /// Removes what a kill left of lenses that were deleted.
    func sweep() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        where name.hasPrefix(Self.gravePrefix) {
            try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
    }

    private func entry(_ digest: String, _ name: String) throws(Problem) -> (manifest: LensManifest, sha256: String) {
        let manifest = try manifest(digest)
        guard let entry = manifest.files.first(where: { $0.name == name }) else {
            throw Problem(
                .invalidLensFile, "the lens \(manifest.name) has no file \"\(name)\"",
                hint: "bring the files that its lens.json names")
        }
        return (manifest, entry.sha256.lowercased())
    }

    private static func notSealed(_ name: String, _ manifest: LensManifest) -> Problem {
        Problem(
            .invalidLensFile, "\(name) is not the file that the lens \(manifest.name) was sealed with",
            hint: "seal the folder anew with `neurallens-lab seal-lens`, or restore the file")
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
            return Holding(digest: digest, owner: owner(digest), bytes: bytes)
        }
    }

    /// Who brought a lens, `uid 1000`; nil where that was not noted.
    func owner(_ digest: String) -> String? {
        try? String(contentsOfFile: "\(folder)/\(digest)/\(Self.ownerFile)", encoding: .utf8)
    }

    /// When a lens came.
    func arrival(_ digest: String) -> Date? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(digest)/\(Self.ownerFile)")
        return attributes?[.modificationDate] as? Date
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
            hint: "delete those no longer needed: `neurallens lens list`, `neurallens lens delete LENS`")
    }

    /// Refuses what would take the disk from captures.
    private func checkDisk(_ bytes: Int64, _ manifest: LensManifest) throws(Problem) {
        guard let free = StoreRoom.freeBytes(at: folder) else { return }
        guard free < Self.roomForCaptures || free - Self.roomForCaptures < bytes else { return }
        func megabytes(_ bytes: Int64) -> String { "\((bytes + 999_999) / 1_000_000) MB" }
        throw Problem(
            .storeFull,
            "a file of the lens \(manifest.name) needs \(megabytes(bytes)), and of \(megabytes(free)) that are free in \(folder) "
                + "\(megabytes(Self.roomForCaptures)) are kept for captures",
            hint: "make room, archive or delete slides, or delete lenses; what was sent so far stays")
    }

    // MARK: What is here

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
                hint: "bring all of its files: `neurallens lens import FILE`")
        }
        return try path(digest)
    }

    // MARK: Files

    /// Bytes; nil where there is no such file.
    static func size(_ path: String) -> Int64? {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : nil
    }

    /// SHA-256, read in pieces; nil where it cannot be read.
    private static func hash(_ path: String) -> String? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        let digest = SHA256Digest()
        do {
            // Nil at its end.
            while let part = try file.read(upToCount: 1 << 20), !part.isEmpty {
                digest.update(ArraySlice([UInt8](part)))
            }
        } catch {
            return nil
        }
        return digest.finished()
    }

    private static func unwritten(_ path: String, _ reason: String) -> Problem {
        Problem(
            .storeFailed, "\(path) cannot be written: \(reason)",
            hint: "check that the state folder can be written to and that the disk has room")
    }

    private func append(_ bytes: [UInt8], to path: String) throws(Problem) {
        do throws(Errno) {
            let file = try systemCall { open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600) }
            defer { close(file) }
            var written = 0
            // What a full disk leaves of the piece is no part of the file: it begins anew.
            while written < bytes.count {
                written += try systemCall {
                    bytes[written...].withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
                }
            }
            try systemCall { fsync(file) }
        } catch {
            throw Self.unwritten(path, "\(error)")
        }
    }

    private func write(_ bytes: [UInt8], _ digest: String, _ name: String) throws(Problem) {
        let place = URL(fileURLWithPath: "\(folder)/\(digest)", isDirectory: true)
        do {
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            try Data(bytes).write(to: place.appendingPathComponent(name), options: .atomic)
        } catch {
            throw Self.unwritten("\(place.path)/\(name)", error.localizedDescription)
        }
    }
}
