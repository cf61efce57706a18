package import ControlAPI
internal import Grains
internal import Lens
internal import Logging
internal import SlideStore

/// A person's word on single grains.
extension Microscope {
    package func review(_ request: ReviewRequest, by peer: Peer) async throws(Problem) -> ReviewResult {
        if let capture = request.capture { return try await draw(request, inField: capture, by: peer) }
        let grains = try await book.grainsNamed(request.grains)
        let run = grains[0].run
        guard grains.allSatisfy({ $0.run == run }) else {
            throw Problem(
                .invalidReview, "the grains belong to different slides or runs",
                hint: "review those of one slide at a time")
        }
        if let species = request.species {
            try check(species, lens: try await asProblems { () throws(StoreError) in try await store.run(run) }.lens)
        }
        let decision = try decision(request, grains)
        let reviews = try await asProblems { () throws(StoreError) in
            try await store.review(
                request.grains, decision, note: request.note ?? "", expecting: request.revision,
                by: Agent(peer, name: request.reviewer))
        }
        return try await said(reviews, request, ofField: grains[0].capture, by: peer)
    }

    /// A grain that the lens missed.
    private func draw(
        _ request: ReviewRequest, inField capture: Int64, by peer: Peer
    ) async throws(Problem) -> ReviewResult {
        let species = request.species ?? Grain.unidentified
        let lens = try await asProblems { () throws(StoreError) in
            try await store.runInForce(ofSlide: try await store.capture(capture).slide.id)?.lens
        }
        try check(species, lens: lens)
        let review = try await asProblems { () throws(StoreError) in
            try await store.draw(
                outlines(request)[0], species: species, inField: capture, note: request.note ?? "",
                expecting: request.revision, by: Agent(peer, name: request.reviewer))
        }
        return try await said([review], request, ofField: capture, by: peer)
    }

    /// What follows from reviews: what the slide says of the grains, and what clients hear.
    private func said(
        _ reviews: [Review], _ request: ReviewRequest, ofField capture: Int64, by peer: Peer
    ) async throws(Problem) -> ReviewResult {
        logger.notice(
            "grains reviewed",
            metadata: [
                "action": "\(request.action.rawValue)", "capture": "\(capture)", "grains": "\(request.grains)",
                "peer": "\(peer)",
            ])
        await judgedAgain(capture)
        guard let review = reviews.last else {
            throw Problem(.internalError, "the review was not stored", hint: "report it")
        }
        let touched = Set(request.grains + reviews.flatMap(\.made)).sorted()
        await tellReview(of: touched, capture: capture)
        let revision = try await asProblems { () throws(StoreError) in
            try await store.labelling(ofField: capture).revision
        }
        return ReviewResult(
            review: ReviewReport(review), grains: try await book.wire(try await book.grainsNamed(touched)),
            revision: revision)
    }

    /// A word that is misspelt would make a species of its own.
    private func check(_ key: String, lens identity: LensIdentity?) throws(Problem) {
        let species = book.species(ofLens: identity?.sha256).map(\.key)
        let known = species + store.addedSpecies.map(\.key) + [Grain.unidentified]
        if known.contains(key) { return }
        if species.isEmpty, let identity, let obstacle = lens.state.problem {
            throw Problem(
                .lensRefused, "the species of the lens \(identity.name) are not known: \(obstacle.detail)",
                hint: obstacle.hint)
        }
        throw Problem(
            .invalidReview, "no species \"\(key)\" is known",
            hint: "give one of \(known.joined(separator: ", ")), or add it with `neurallens species add NAME`")
    }

    private func outlines(_ request: ReviewRequest) -> [[Grain.Point]] {
        (request.outlinesPx ?? []).map { $0.map { Grain.Point(x: $0.x, y: $0.y) } }
    }

    private func decision(_ request: ReviewRequest, _ grains: [StoredGrain]) throws(Problem) -> Decision {
        switch request.action {
        case .accept: return .accept
        case .relabel: return .relabel(species: request.species ?? Grain.unidentified)
        case .reject: return .reject(reason: request.reason)
        case .merge: return .merge(species: request.species)
        case .undo: return .undo
        case .draw: return .redraw(species: request.species, outlinePixels: outlines(request)[0])
        case .split:
            let outline = grains[0].grain.outlinePixels
            let parts: [[Grain.Point]]
            if request.outlinesPx != nil {
                parts = outlines(request)
                if let (one, other) = parts.lazy.compactMap(\.crossing).first {
                    throw Problem(
                        .invalidReview,
                        "the outline of a part crosses itself: its sides \(one + 1) and \(other + 1) meet",
                        hint: "give its corners in order around the grain")
                }
            } else if let line = request.linePx {
                parts = OutlineCut.halves(
                    of: outline, from: Grain.Point(x: line[0], y: line[1]), to: Grain.Point(x: line[2], y: line[3]))
            } else {
                parts = OutlineCut.parts(of: outline, count: request.parts ?? 2)
            }
            guard parts.count >= 2 else {
                throw Problem(
                    .invalidReview, "grain \(grains[0].id) is not divided by that",
                    hint: "give a line that crosses it, or the outlines of its parts")
            }
            return .split(into: parts.map { Decision.Part(species: request.species, outlinePixels: $0) })
        }
    }

    /// How long who has said something waits to see what comes of it.
    private static let patience = Duration.seconds(2)

    /// New outlines may be doubles of others, or no longer; of grains seen twice the reviewed one counts.
    func judgedAgain(_ capture: Int64) async {
        guard let slide = try? await store.capture(capture).slide.id else { return }
        await survey.look(at: slide)
        await survey.settled(slide, until: .now + Self.patience)
    }
}

extension ReviewReport {
    init(_ review: Review) {
        self.init(
            id: review.id, at: Microscope.iso8601(review.at),
            action: ReviewAction(rawValue: review.action.rawValue) ?? .accept, grains: review.grains, made: review.made,
            species: review.species, reason: review.reason, note: review.note.isEmpty ? nil : review.note,
            reviewer: review.agent.userName.isEmpty ? nil : review.agent.userName, by: review.agent.text,
            undoes: review.undoes, undoneBy: review.undoneBy)
    }
}

extension Agent {
    /// Who it was, for people to read.
    var text: String { (userName.isEmpty ? "" : "\(userName) ") + "uid=\(userID) pid=\(processID)" }
}
