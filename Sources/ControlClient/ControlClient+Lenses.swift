package import ControlAPI
import Digest

/// The library of lenses.
extension ControlClient {
    /// By name.
    package func lenses() throws(ControlClientError) -> [LensDescription] { try get(RequestPath("lenses")) }

    package func lens(_ digest: String) throws(ControlClientError) -> LensDetails {
        try get(RequestPath("lenses", digest))
    }

    /// Newest first.
    package func lensActivations() throws(ControlClientError) -> [LensActivation] {
        try get(RequestPath("lenses", "activations"))
    }

    /// - Parameter lens: a digest, or a word of `LensActivationRequest`.
    package func activate(_ lens: String, slide: String?) throws(ControlClientError) -> LensActivationResult {
        try send(
            "POST", RequestPath("lenses", lens, "activate"), LensActivationRequest(slide: slide), waiting: Self.drawing)
    }

    /// - Returns: as it was.
    package func deleteLens(_ digest: String) throws(ControlClientError) -> LensDescription {
        try send("DELETE", RequestPath("lenses", digest), bytes: [], contentType: "application/json")
    }

    /// The one lens that goes by a name, or whose digest begins so.
    package func lens(named name: String) throws(ControlClientError) -> LensDescription {
        let word = name.lowercased()
        let isMark = word.utf8.count >= 4 && word.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        let found = try lenses().filter {
            $0.name.lowercased() == word || (isMark && $0.digest.hasPrefix(word))
        }
        guard let lens = found.first else {
            throw ControlClientError(
                Problem(
                    .lensNotOffered, "there is no lens \"\(visible(name))\"",
                    hint: "neurallens lens list lists those that the daemon has; neurallens lens import FILE brings one"
                ))
        }
        guard found.count == 1 else {
            let marks = found.map { "\(visible($0.name)) \($0.mark)" }.joined(separator: ", ")
            throw ControlClientError(
                Problem(
                    .lensNotOffered, "\(found.count) lenses go by \"\(visible(name))\": \(marks)",
                    hint: "give the beginning of the digest"))
        }
        return lens
    }

    /// Brings a lens to the daemon: its manifest, then those of its files that the daemon does not have, in pieces where
    /// they are large, then its card.
    ///
    /// - Parameter onFile: told the name and size of every file before it is sent.
    /// - Returns: the digest that names the lens.
    package func bring(
        _ lens: any LensSource, onFile: (_ name: String, _ bytes: Int64) -> Void = { _, _ in }
    ) throws(ControlClientError) -> String {
        var offer: LensOffer = try send(
            "POST", RequestPath("lenses"), bytes: lens.manifest.bytes, contentType: "application/json")
        for name in offer.missing {
            let total = try lens.size(of: name)
            onFile(name, total)
            var offset: Int64 = 0
            repeat {
                let bytes = try lens.read(name, at: offset, count: LensFilePiece.largest)
                guard !bytes.isEmpty || total == 0 else {
                    throw ControlClientError(
                        .cannotRead, "\(visible(name)) in \(visible(lens.path)) became shorter", hint: "try again")
                }
                let isWhole = total <= Int64(LensFilePiece.largest)
                let query: KeyValuePairs<String, String?> =
                    isWhole ? [:] : ["offset": String(offset), "total": String(total)]
                offer = try send(
                    "PUT", RequestPath("lenses", offer.digest, "files", name, query: query), bytes: bytes,
                    contentType: "application/octet-stream", waiting: Self.drawing)
                offset += Int64(bytes.count)
            } while offset < total
        }
        if let card = lens.card {
            offer = try send(
                "PUT", RequestPath("lenses", offer.digest, "card"), bytes: card, contentType: "text/markdown")
        }
        return offer.digest
    }

    /// Fetches a lens as one file: a Zip file with `lens.json`, the files that it names and the model card. Every file is
    /// compared with its hash; what was not fetched whole has no name.
    ///
    /// - Parameter onFile: told the name and size of every file before it is fetched.
    package func export(
        _ lens: LensDescription, to path: String, overwrite: Bool,
        onFile: (_ name: String, _ bytes: Int64) -> Void = { _, _ in }
    ) throws(ControlClientError) {
        guard lens.missing.isEmpty else {
            throw ControlClientError(
                Problem(
                    .lensNotOffered, "the lens \(lens.name) still lacks \(lens.missing.joined(separator: ", "))",
                    hint: "bring all of its files: neurallens lens import FILE"))
        }
        let details = try self.lens(lens.digest)
        let archive = try ZipOutput(path, overwrite: overwrite)
        for file in details.lens.files {
            onFile(file.name, file.bytes ?? 0)
            try archive.begin(file.name)
            try fetch(file, of: lens) { bytes throws(ControlClientError) in try archive.add(bytes[...]) }
        }
        try archive.add(LensPackage.cardName, Array(details.card.utf8))
        try archive.finish()
    }

    /// Fetches a lens into a folder that is there, with its model card.
    package func export(_ lens: LensDescription, toFolder folder: String) throws(ControlClientError) {
        let details = try self.lens(lens.digest)
        for file in details.lens.files {
            var bytes: [UInt8] = []
            try fetch(file, of: lens) { piece throws(ControlClientError) in bytes += piece }
            try OutputFile.write(bytes, to: "\(folder)/\(file.name)")
        }
        try OutputFile.write(Array(details.card.utf8), to: "\(folder)/\(LensPackage.cardName)")
    }

    /// Piece by piece.
    /// - Throws: where it does not have its hash.
    func fetch(
        _ file: LensDescription.File, of lens: LensDescription,
        _ body: ([UInt8]) throws(ControlClientError) -> Void
    ) throws(ControlClientError) {
        let digest = SHA256Digest()
        var offset: Int64 = 0
        while true {
            let bytes = try bytes(
                RequestPath("lenses", lens.digest, "files", file.name, query: ["offset": String(offset)]),
                waiting: Self.drawing)
            digest.update(bytes[...])
            try body(bytes)
            offset += Int64(bytes.count)
            if bytes.isEmpty || offset >= file.bytes ?? 0 { break }
        }
        guard digest.finished() == file.sha256 else {
            throw ControlClientError(
                Problem(
                    .lensRefused,
                    "\(file.name) is not the file that the lens \(lens.name) was sealed with: it has gone bad on the daemon's disk",
                    hint: "import the lens once more from where it came"))
        }
    }
}
