package import ControlAPI
internal import Foundation
internal import Lens
internal import Logging
internal import Quantities
internal import SlideStore

/// The library of lenses, as clients see it.
extension Microscope {
    // MARK: Brought

    package func offerLens(manifest: [UInt8], by peer: Peer) async throws(Problem) -> LensOffer {
        let lenses = lenses
        let offer = try await turret.thread.run {
            Result { () throws(Problem) in try lenses.offer(manifest, by: peer.owner) }
        }.get()
        logger.notice("lens offered", metadata: ["digest": "\(offer.digest)", "peer": "\(peer)"])
        return offer
    }

    package func storeLensFile(
        digest: String, name: String, bytes: [UInt8], piece: LensFilePiece?, by peer: Peer
    ) async throws(Problem) -> LensOffer {
        let lenses = lenses
        let offer = try await turret.thread.run {
            Result { () throws(Problem) in
                if let piece { return try lenses.store(bytes, piece, digest: digest, name: name, by: peer.owner) }
                return try lenses.store(bytes, digest: digest, name: name, by: peer.owner)
            }
        }.get()
        if offer.missing.isEmpty, await turret.returned(digest) { await followLens() }
        return offer
    }

    package func storeLensCard(digest: String, text: [UInt8], by peer: Peer) async throws(Problem) -> LensOffer {
        let lenses = lenses
        return try await turret.thread.run {
            Result { () throws(Problem) in try lenses.store(card: text, digest: digest, by: peer.owner) }
        }.get()
    }

    // MARK: Told

    /// By name, then by digest.
    package func lensDescriptions() async throws(Problem) -> [LensDescription] { try await shelf().map(\.lens) }

    package func lensDetails(_ digest: String) async throws(Problem) -> LensDetails {
        let record = try await asProblems { () throws(StoreError) in try await store.lensRecord() }
        guard let item = try await shelf(record).first(where: { $0.lens.digest == digest }) else {
            throw Self.unknown(digest)
        }
        let written = await turret.thread.run {
            try? String(contentsOfFile: "\(item.folder)/\(LensLibrary.cardFile)", encoding: .utf8)
        }
        let figures = record.teachings[digest]?.result.flatMap {
            try? WireFormat.decode(TeachingResult.self, from: Data($0.utf8))
        }
        return LensDetails(
            lens: item.lens, card: written ?? LensCard(manifest: item.manifest, lens: item.lens).text, figures: figures,
            activations: record.choices.filter { $0.lens?.sha256 == digest }.reversed().map { LensActivation($0) })
    }

    /// Newest first.
    package func lensActivations() async throws(Problem) -> [LensActivation] {
        try await asProblems { () throws(StoreError) in try await store.lensChoices() }.reversed().map {
            LensActivation($0)
        }
    }

    /// A piece of a file, at most `LensFilePiece.largest` bytes from an offset on.
    package func lensFile(digest: String, name: String, offset: Int64) async throws(Problem) -> [UInt8] {
        let (folder, manifest) = try await turret.place(digest)
        let path = "\(folder)/\(name)"
        guard name == "lens.json" || manifest.files.contains(where: { $0.name == name }), LensLibrary.size(path) != nil
        else {
            throw Problem(
                .lensNotOffered, "the lens \(manifest.name) has no file \"\(name)\" here",
                hint: "ask for those that `neurallens lens show` lists")
        }
        return try await turret.thread.run {
            Result { () throws(Problem) in
                do {
                    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
                    defer { try? file.close() }
                    try file.seek(toOffset: UInt64(max(0, offset)))
                    return [UInt8](try file.read(upToCount: LensFilePiece.largest) ?? Data())
                } catch {
                    throw Problem(
                        .storeFailed, "\(path) cannot be read: \(error.localizedDescription)", hint: "check the disk")
                }
            }
        }.get()
    }

    private static func unknown(_ digest: String) -> Problem {
        Problem(
            .lensNotOffered, "there is no lens of the digest \(digest.prefix(64))",
            hint: "`neurallens lens list` lists those that the daemon has")
    }

    /// A lens that is here, and where.
    private struct Shelved: Sendable {
        let folder: String
        let manifest: LensManifest
        let lens: LensDescription
    }

    private func shelf(_ known: LensRecord? = nil) async throws(Problem) -> [Shelved] {
        let record: LensRecord
        if let known {
            record = known
        } else {
            record = try await asProblems { () throws(StoreError) in try await store.lensRecord() }
        }
        let (configured, problems, lenses) = (await turret.configured, await turret.loadProblems, lenses)
        let inForce: String? = if case .ready(let lens) = lens.state { lens.digest } else { nil }
        let names = Dictionary(
            record.choices.compactMap { choice in choice.slide.flatMap { id in choice.slideName.map { (id, $0) } } }
        ) { $1 }
        let ofSlides = record.choices.ofSlides
        return await turret.thread.run {
            var places: [(digest: String, folder: String, manifest: LensManifest)] = []
            if let configured { places.append((configured.digest, configured.folder, configured.manifest)) }
            for digest in lenses.digests where digest != configured?.digest {
                guard let manifest = try? lenses.manifest(digest) else { continue }
                places.append((digest, "\(lenses.folder)/\(digest)", manifest))
            }
            return places.map { digest, folder, manifest in
                var files = [
                    LensDescription.File(
                        name: "lens.json", bytes: LensLibrary.size(folder + "/lens.json"), sha256: digest)
                ]
                for file in manifest.files where !files.contains(where: { $0.name == file.name }) {
                    files.append(
                        LensDescription.File(
                            name: file.name, bytes: LensLibrary.size("\(folder)/\(file.name)"),
                            sha256: file.sha256.lowercased()))
                }
                let teaching = record.teachings[digest]
                let isConfigured = digest == configured?.digest
                return Shelved(
                    folder: folder, manifest: manifest,
                    lens: LensDescription(
                        digest: digest, name: manifest.name, title: manifest.title,
                        species: manifest.species.map { .init(key: $0.key, name: $0.name, colour: $0.colour) },
                        nmPerPixel: manifest.nmPerPixel, files: files,
                        origin: isConfigured ? .configured : teaching != nil ? .taught : .brought,
                        by: isConfigured ? nil : teaching?.agent.text ?? lenses.owner(digest),
                        teaching: teaching.map { "\($0.id)" },
                        at: isConfigured ? nil : lenses.arrival(digest).map { Microscope.iso8601($0) },
                        problem: problems[digest], isInForce: digest == inForce,
                        slides: ofSlides.filter { $0.value.sha256 == digest }.keys.compactMap { names[$0] }.sorted(),
                        captures: record.captures[digest] ?? 0))
            }.sorted { ($0.lens.name.lowercased(), $0.lens.digest) < ($1.lens.name.lowercased(), $1.lens.digest) }
        }
    }

    // MARK: Changed

    package func activateLens(
        _ name: String, _ request: LensActivationRequest, by peer: Peer
    ) async throws(Problem) -> LensActivationResult {
        guard !isStopping else {
            throw Problem(.shuttingDown, "no lens was activated", hint: "try again when the daemon runs again")
        }
        var slide: Slide?
        if let named = request.slide {
            slide = try await asProblems { () throws(StoreError) in try await store.slide(named: named) }
        }
        let (choice, lens) = try await turret.activate(name, for: slide, by: peer)
        logger.notice(
            "lens activated",
            metadata: [
                "lens": "\(lens.manifest.name)", "sha256": "\(lens.digest)", "slide": "\(slide?.name ?? "all")",
                "peer": "\(peer)",
            ])
        let activation = LensActivation(choice)
        journal.publish(.lens, activation)
        await followLens()
        let others = try await asProblems { () throws(StoreError) in
            try await store.counted(otherwiseThanBy: lens.digest, ofSlide: slide?.id)
        }
        return LensActivationResult(
            activation: activation, lens: lens.manifest.name, lensDigest: lens.digest,
            slides: others.prefix(LensActivationResult.told).map {
                .init(slide: $0.slide, fields: $0.fields, lenses: $0.lenses)
            }, slidesInAll: others.count)
    }

    /// - Returns: as it was.
    package func deleteLens(_ digest: String, by peer: Peer) async throws(Problem) -> LensDescription {
        guard let lens = try await shelf().first(where: { $0.lens.digest == digest })?.lens else {
            throw Self.unknown(digest)
        }
        let (reanalyses, teachings) = (reanalyses, teachings)
        try await turret.delete(digest) { folder in
            if let job = await reanalyses.job(using: digest) { return "the reanalysis of the slide \"\(job.slide)\"" }
            return await teachings.job(using: folder).map { "teaching \($0.id), which judges by it" }
        }
        logger.notice("lens deleted", metadata: ["digest": "\(digest)", "peer": "\(peer)"])
        do {
            try await store.log("lens deleted", by: Agent(peer), detail: ["lens": lens.name, "digest": digest])
        } catch {
            logger.error("deletion of a lens not noted", metadata: ["error": "\(error)"])
        }
        return lens
    }
}

extension LensActivation {
    init(_ choice: LensChoice) {
        self.init(
            id: choice.id, at: Microscope.iso8601(choice.at), by: choice.agent.text, slide: choice.slideName,
            lens: choice.lens?.name, lensDigest: choice.lens?.sha256, isReturn: choice.restores != nil)
    }
}
