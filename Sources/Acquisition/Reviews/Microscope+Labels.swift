package import ControlAPI
internal import Foundation
internal import Lens
internal import Logging
internal import Quantities
internal import SlideStore

/// Fields that a person labelled to their end, and species of one's own.
extension Microscope {
    package func finish(
        capture id: Int64, _ request: FinishRequest, by peer: Peer
    ) async throws(Problem) -> GrainList {
        try await setFinished(id, true, request, by: peer)
    }

    package func reopen(
        capture id: Int64, _ request: FinishRequest, by peer: Peer
    ) async throws(Problem) -> GrainList {
        try await setFinished(id, false, request, by: peer)
    }

    private func setFinished(
        _ id: Int64, _ finished: Bool, _ request: FinishRequest, by peer: Peer
    ) async throws(Problem) -> GrainList {
        try await asProblems { () throws(StoreError) in
            try await store.setFinished(
                id, finished, expecting: request.revision, by: Agent(peer, name: request.reviewer))
        }
        logger.notice(
            "\(finished ? "field finished" : "field opened again")", metadata: ["capture": "\(id)", "peer": "\(peer)"])
        await tellReview(of: [], capture: id)
        return try await book.grains(ofCapture: id, includingRejected: true)
    }

    package func addSpecies(_ request: SpeciesRequest, by peer: Peer) async throws(Problem) -> SpeciesReport {
        let name = request.name.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let known = book.knownSpecies
        let taken = Set(known.map(\.key)).union([GrainReport.unidentified])
        if let same = known.first(where: { $0.name.lowercased() == name.lowercased() || $0.key == request.key }) {
            throw Problem(
                .invalidSpecies, "there is a species \(same.name) (\(same.key)) already", hint: "label with that one")
        }
        guard let key = request.key ?? request.proposedKeys.first(where: { !taken.contains($0) }), !taken.contains(key)
        else {
            throw Problem(
                .invalidSpecies, "the key \(request.key ?? request.proposedKeys[0]) is taken", hint: "give another key")
        }
        let species = AddedSpecies(
            key: key, name: name,
            colour: request.colour?.lowercased() ?? Self.colour(ofSpecies: store.addedSpecies.count))
        try await asProblems { () throws(StoreError) in
            try await store.add(species, by: Agent(peer, name: request.reviewer))
        }
        logger.notice("species added", metadata: ["key": "\(key)", "peer": "\(peer)"])
        await tellStatus()
        return SpeciesReport(species)
    }

    /// Well apart from each other, and seen on dark and on bright ground: Okabe and Ito's, which colour-blind people tell
    /// apart too, then others between them.
    private static func colour(ofSpecies number: Int) -> String {
        let colours = [
            "#e69f00", "#56b4e9", "#009e73", "#f0e442", "#d55e00", "#cc79a7", "#0072b2", "#9c6ade", "#7f8c3b",
            "#b07a4b",
        ]
        return colours[number % colours.count]
    }
}

extension SlideBook {
    package func labels(ofSlide name: String) async throws(Problem) -> SlideLabels {
        let (slide, fields) = try await asProblems { () throws(StoreError) in
            let slide = try await store.slide(named: name)
            return (slide, try await store.labels(ofSlide: slide.id))
        }
        let names = speciesNames
        return SlideLabels(
            slide: slide.name,
            fields: fields.map { field in
                SlideLabels.Field(
                    capture: field.capture, capturedAt: Microscope.iso8601(field.capturedAt),
                    finished: field.finish.map { FinishReport($0) }, isExcluded: field.isExcluded,
                    counts: field.grains.sorted { $0.key < $1.key }.map {
                        GrainCount(key: $0.key, species: names[$0.key] ?? $0.key, grains: $0.value)
                    }, confirmed: field.confirmed, unreviewed: field.unreviewed, expectedErrors: field.expectedErrors)
            })
    }

    /// Names of ``knownSpecies`` by key.
    var speciesNames: [String: String] {
        Dictionary(knownSpecies.map { ($0.key, $0.name) }) { first, _ in first }
    }

    /// What a grain may be called: the species of the lens in use, then those that people added.
    package var knownSpecies: [SpeciesReport] {
        let ofLens = species(ofLens: nil).map {
            SpeciesReport(key: $0.key, name: $0.name, colour: $0.colour, isOfLens: true)
        }
        return ofLens
            + store.addedSpecies.filter { added in !ofLens.contains { $0.key == added.key } }.map { SpeciesReport($0) }
    }
}

extension SpeciesReport {
    init(_ species: AddedSpecies) {
        self.init(key: species.key, name: species.name, colour: species.colour, isOfLens: false)
    }
}

extension FinishReport {
    init(_ finish: FieldFinish) { self.init(by: finish.agent.text, at: Microscope.iso8601(finish.at)) }
}

extension AddedSpecies {
    var eightBitColour: SIMD3<UInt8> {
        let value = UInt32(colour.dropFirst(), radix: 16) ?? 0x808080
        return SIMD3(UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255))
    }
}
