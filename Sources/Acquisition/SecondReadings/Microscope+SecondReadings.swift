package import ControlAPI
internal import Grains
internal import Lens
internal import Logging
internal import Quantities
internal import Randomness
internal import SlideStore

/// A slide is read again by another person, blind.
extension Microscope {
    package func beginSecondReading(
        ofSlide name: String, _ request: SecondReadingRequest, by peer: Peer
    ) async throws(Problem) -> SecondReadingReport {
        let seed = request.seed.map { UInt32(clamping: $0) } ?? UInt32.random(in: 0 ... .max)
        let reading = try await asProblems { () throws(StoreError) in
            try await store.beginSecondReading(
                ofSlide: try await store.slide(named: name).id, seed: seed,
                by: Agent(peer, name: request.reader.map(Self.plainName)), isNamed: Self.isNamed(request.reader)
            ) { captures in
                var random = SplitMix64(seed: UInt64(seed))
                let share = request.share.map { Int(saturating: (Double(captures.count) * $0).rounded()) }
                let count = max(1, min(captures.count, request.fields ?? share ?? captures.count))
                return Array(captures.shuffled(using: &random).prefix(count))
            }
        }
        logger.notice(
            "second reading begun",
            metadata: ["reading": "\(reading.id)", "slide": "\(reading.slideName)", "peer": "\(peer)"])
        return SecondReadingReport(reading)
    }

    package func say(
        _ word: SecondReadingWord, inSecondReading id: Int64, by peer: Peer
    ) async throws(Problem) -> SecondReadingField {
        let species = try await checked(word.species, inSecondReading: id)
        let agent = Agent(peer, name: word.reader.map(Self.plainName))
        let named = Self.isNamed(word.reader)
        let reading: SecondReading
        let capture: Int64
        if let outline = word.outlinePx, let field = word.capture, let species {
            let points = outline.map { Grain.Point(x: $0.x, y: $0.y) }
            if let (one, other) = points.crossing {
                throw Problem(
                    .invalidReading, "the outline crosses itself: its sides \(one + 1) and \(other + 1) meet",
                    hint: "give its corners in order around the grain")
            }
            reading = try await asProblems { () throws(StoreError) in
                try await store.draw(
                    points, species: species, capture: field, inReading: id, by: agent, isNamed: named)
            }
            capture = field
        } else if let subject = SecondReading.Subject(grain: word.grain, drawn: word.drawn) {
            // Of a drawn one that is taken back nothing is left to look the field up by.
            let before = try await asProblems { () throws(StoreError) in try await store.secondReading(id) }
            reading = try await asProblems { () throws(StoreError) in
                try await store.say(species, of: subject, inReading: id, by: agent, isNamed: named)
            }
            capture = before.objects.first { $0.subject == subject }?.capture ?? 0
        } else {
            throw Problem(.invalidReading, "a word is about one object", hint: "name a grain")
        }
        return try SlideBook.field(capture, of: reading)
    }

    package func finishField(
        _ capture: Int64, ofSecondReading id: Int64, _ request: SecondReaderRequest, by peer: Peer
    ) async throws(Problem) -> SecondReadingReport {
        let reading = try await asProblems { () throws(StoreError) in
            try await store.finishField(
                capture, inReading: id, by: Agent(peer, name: request.reader.map(Self.plainName)),
                isNamed: Self.isNamed(request.reader))
        }
        return SecondReadingReport(reading)
    }

    package func settle(
        _ settling: SecondReadingSettling, ofSecondReading id: Int64, by peer: Peer
    ) async throws(Problem) -> SecondReadingDifference {
        let species = try await checked(settling.species, inSecondReading: id)
        guard let subject = SecondReading.Subject(grain: settling.grain, drawn: settling.drawn) else {
            throw Problem(.invalidReading, "one difference is settled at a time", hint: "name a grain")
        }
        let (reading, review) = try await asProblems { () throws(StoreError) in
            try await store.settle(
                subject, as: species, inReading: id, by: Agent(peer, name: settling.reviewer.map(Self.plainName)))
        }
        guard let object = reading.objects.first(where: { $0.subject == subject }) else {
            throw Problem(.internalError, "what was settled is not stored", hint: "report it")
        }
        logger.notice(
            "difference of readers settled",
            metadata: ["reading": "\(id)", "capture": "\(object.capture)", "peer": "\(peer)"])
        if let review {
            await judgedAgain(object.capture)
            await tellReview(of: (review.grains + review.made).sorted(), capture: object.capture)
        }
        return SecondReadingDifference(object)
    }

    /// A word that is misspelt would make a species of its own. Nil for no grain.
    private func checked(_ key: String, inSecondReading id: Int64) async throws(Problem) -> String? {
        if key == SecondReadingWord.noGrain { return nil }
        let known = book.knownSpecies.map(\.key) + [Grain.unidentified]
        if known.contains(key) { return key }
        // What an earlier lens of the slide told apart is known, too.
        let run = try await asProblems { () throws(StoreError) in
            try await store.run(try await store.secondReading(id).run)
        }
        if book.species(ofLens: run.lens.sha256).contains(where: { $0.key == key }) { return key }
        throw Problem(
            .invalidReading, "no species \"\(key)\" is known",
            hint: "give one of \(known.joined(separator: ", ")), or \(SecondReadingWord.noGrain)")
    }

    private static func isNamed(_ name: String?) -> Bool { name.map { !plainName($0).isEmpty } ?? false }

    private static func plainName(_ name: String) -> String {
        name.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
