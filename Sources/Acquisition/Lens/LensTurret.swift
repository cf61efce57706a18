internal import ControlAPI
internal import Digest
internal import Foundation
internal import Lens
internal import Logging
internal import SlideStore

/// Which lens is turned in: the configured one, one that was activated for all slides, or a slide's own; as a turret holds
/// objectives, it holds those that were used last ready.
///
/// A lens is loaded beside the queue that waits for it, once for all who ask, and its memory is asked for before
/// (`SystemMemory.check`). Where an activated lens cannot be loaded any more, the configured one counts on, and every capture
/// that it then counts says so.
actor LensTurret {
    /// Lenses that are kept ready besides the one in force for all.
    private static let spares = 2
    /// After which a lens that could not be loaded is tried again.
    private static let obstinacy = Duration.seconds(60)

    /// The lens that a folder of the configuration holds, read without loading it.
    struct Configured: Sendable {
        let folder: String
        let digest: String
        let manifest: LensManifest
    }

    nonisolated let inUse = LensInUse()
    nonisolated let library: LensLibrary
    private let store: SlideStore
    private let known: KnownLenses
    private let logger: Logger
    /// Where lenses are loaded and their files are read.
    nonisolated let thread = WorkThread("neurallens.lenses")

    private var configuredFolder: String?
    private var threads = 1
    /// The one used last at the end.
    private var ready: [NeuralLens] = []
    private var loading: [String: Task<Result<NeuralLens, Problem>, Never>] = [:]
    private var problems: [String: (problem: Problem, at: ContinuousClock.Instant)] = [:]
    /// Activations and deletions take turns.
    private var latest: Task<Void, Never>?

    init(store: SlideStore, library: LensLibrary, known: KnownLenses, logger: Logger) {
        self.store = store
        self.library = library
        self.known = known
        self.logger = logger
    }

    // MARK: What is in force

    /// Takes the configured lens and what was chosen since.
    func use(lensFolder: String?, threads: Int) async {
        configuredFolder = lensFolder
        self.threads = threads
        let library = library
        await thread.run { library.sweep() }
        ready = []
        problems = [:]
        await turn()
    }

    /// Puts in force what was chosen last.
    private func turn() async {
        let choices: [LensChoice]
        do throws(StoreError) {
            choices = try await store.lensChoices()
        } catch {
            logger.error("which lens was activated is not known", metadata: ["error": "\(error)"])
            choices = []
        }
        inUse.set { $0.ofSlides = choices.ofSlides }
        var shortfall: Problem?
        if let choice = choices.last(forSlide: nil), let lens = choice.lens {
            do throws(Problem) {
                let loaded = try await loaded(lens.sha256, isFresh: true)
                let folder = await folder(lens.sha256)
                ready.removeAll { $0.digest == loaded.digest }
                return inUse.set {
                    $0.state = .ready(loaded)
                    $0.folder = folder
                    $0.shortfall = nil
                }
            } catch {
                shortfall = Problem(
                    .lensRefused,
                    "the lens \(lens.name) (\(lens.sha256.prefix(12))), activated \(Microscope.iso8601(choice.at)) by "
                        + "\(choice.agent.text), cannot be used: \(error.detail)", hint: error.hint)
                logger.error("the activated lens is not in force", metadata: ["problem": "\(shortfall!)"])
            }
        }
        let state = await loadConfigured()
        let folder = configuredFolder
        inUse.set {
            $0.state = state
            $0.folder = if case .ready = state { folder } else { nil }
            $0.shortfall = shortfall
        }
    }

    private func loadConfigured() async -> LensInUse.State {
        guard let folder = configuredFolder else { return .none }
        let threads = threads
        let result = await thread.run { () -> Result<NeuralLens, LensError> in
            Result { () throws(LensError) in try NeuralLens(folder: folder, threads: threads) }
        }
        switch result {
        case .success(let lens):
            keepKnown(lens, from: folder)
            return .ready(lens)
        case .failure(let error):
            logger.error("lens refused", metadata: ["folder": "\(folder)", "error": "\(error)"])
            return .refused(folder: folder, error)
        }
    }

    private func keepKnown(_ lens: NeuralLens, from folder: String) {
        logger.info("lens ready", metadata: ["lens": "\(lens.manifest.name)", "sha256": "\(lens.digest)"])
        do {
            try known.keep(lens.digest, from: folder)
        } catch {
            logger.warning("the lens's species are not kept", metadata: ["error": "\(error)"])
        }
    }

    /// The lens that a slide's fields are counted with, and what is to be said of their counts where it is not the one that
    /// was chosen.
    func lens(forSlide slide: Slide.ID) async throws(Problem) -> (lens: NeuralLens, doubt: FieldDoubt?) {
        let now = inUse.now
        var shortfall = now.shortfall?.detail
        if let own = now.ofSlides[slide] {
            do throws(Problem) {
                return (try await loaded(own.sha256), nil)
            } catch {
                shortfall =
                    "the lens \(own.name) (\(own.sha256.prefix(12))), set for the slide, cannot be used: \(error.detail)"
            }
        }
        switch now.state {
        case .ready(let lens):
            return (
                lens,
                shortfall.map { FieldDoubt(.otherLens, "counted by the lens \(lens.manifest.name) instead: \($0)") }
            )
        case .none, .refused:
            let problem = now.state.problem!
            throw shortfall.map { Problem(.lensRefused, "\($0); and \(problem.detail)", hint: problem.hint) } ?? problem
        }
    }

    // MARK: Loading

    /// The lens of a digest, loaded once for all who ask.
    /// - Parameter isFresh: not the one in force, which may be of other threads.
    func loaded(_ digest: String, isFresh: Bool = false) async throws(Problem) -> NeuralLens {
        if !isFresh, case .ready(let lens) = inUse.state, lens.digest == digest { return lens }
        if let place = ready.firstIndex(where: { $0.digest == digest }) {
            ready.append(ready.remove(at: place))
            return ready.last!
        }
        if let known = problems[digest], known.at.duration(to: .now) < Self.obstinacy { throw known.problem }
        let task: Task<Result<NeuralLens, Problem>, Never>
        if let other = loading[digest] {
            task = other
        } else {
            // Those that are not needed make room.
            if ready.count >= Self.spares { ready.removeFirst(ready.count - Self.spares + 1) }
            let (thread, threads, library) = (thread, threads, library)
            let configured = await configured
            if let other = loading[digest] {
                task = other
            } else {
                task = Task {
                    await thread.run {
                        Result { () throws(Problem) in
                            let folder =
                                configured?.digest == digest ? configured!.folder : try library.completeLens(digest)
                            let lens: NeuralLens
                            do throws(LensError) {
                                lens = try NeuralLens(folder: folder, threads: threads)
                            } catch {
                                throw Problem(.lensRefused, error.message, hint: Self.hint(error))
                            }
                            guard lens.digest == digest else {
                                throw Problem(
                                    .lensRefused,
                                    "\(folder)/lens.json is not what it was when the lens \(digest.prefix(12)) was brought",
                                    hint: "import the lens once more: neurallens lens import FILE")
                            }
                            return lens
                        }
                    }
                }
                loading[digest] = task
            }
        }
        let result = await task.value
        loading[digest] = nil
        switch result {
        case .success(let lens):
            problems[digest] = nil
            if !ready.contains(where: { $0.digest == digest }) {
                ready.append(lens)
                if let folder = await folder(digest) { keepKnown(lens, from: folder) }
            }
            return lens
        case .failure(let problem):
            problems[digest] = (problem, .now)
            throw problem
        }
    }

    /// A file that has gone bad comes back by another import.
    private static func hint(_ error: LensError) -> String {
        error.code == .wrongHash || error.code == .unreadable
            ? "\(error.hint); a lens of the library is put right by importing it once more: neurallens lens import FILE"
            : error.hint
    }

    /// Nil where the configuration names no lens, or one whose manifest cannot be read.
    var configured: Configured? {
        get async {
            guard let folder = configuredFolder else { return nil }
            return await thread.run {
                let path = folder + "/lens.json"
                guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)),
                    let manifest = try? LensManifest.decode(data, path: path)
                else { return nil }
                return Configured(folder: folder, digest: sha256Hex([UInt8](data)), manifest: manifest)
            }
        }
    }

    /// Where a lens lies: the configured folder, or the library.
    func folder(_ digest: String) async -> String? {
        if let configured = await configured, configured.digest == digest { return configured.folder }
        return try? library.path(digest)
    }

    /// The same with its manifest.
    func place(_ digest: String) async throws(Problem) -> (folder: String, manifest: LensManifest) {
        if let configured = await configured, configured.digest == digest {
            return (configured.folder, configured.manifest)
        }
        return (try library.path(digest), try library.manifest(digest))
    }

    /// Why lenses could not be loaded, by digest.
    var loadProblems: [String: Problem] { problems.mapValues(\.problem) }

    /// Files of a lens came, or came again: where it was chosen and could not be used, it is now.
    /// - Returns: whether another lens may be in force.
    func returned(_ digest: String) async -> Bool {
        problems[digest] = nil
        guard inUse.now.shortfall != nil else { return false }
        await turn()
        return true
    }

    // MARK: Changes

    /// One after the other.
    private func inTurn<Value: Sendable>(
        _ body: @escaping @Sendable () async throws(Problem) -> Value
    ) async throws(Problem) -> Value {
        let previous = latest
        let task = Task { () -> Result<Value, Problem> in
            await previous?.value
            do throws(Problem) { return .success(try await body()) } catch { return .failure(error) }
        }
        latest = Task { _ = await task.value }
        return try await task.value.get()
    }

    /// Puts a lens in force, once it has been loaded and computes what it computed when it was made.
    /// - Parameters:
    ///   - name: a digest, or a word of `LensActivationRequest`.
    ///   - slide: nil for all.
    func activate(_ name: String, for slide: Slide?, by peer: Peer) async throws(Problem) -> (LensChoice, NeuralLens) {
        try await inTurn { () throws(Problem) in try await self.activateNow(name, for: slide, by: peer) }
    }

    private func activateNow(
        _ name: String, for slide: Slide?, by peer: Peer
    ) async throws(Problem) -> (LensChoice, NeuralLens) {
        var restored: Int64?
        var chosen: LensIdentity?
        switch name {
        case LensActivationRequest.byDefault: break
        case LensActivationRequest.previous:
            guard
                let earlier = try await asProblems({ () throws(StoreError) in
                    try await store.earlierLensChoice(forSlide: slide?.id)
                })
            else {
                throw Problem(
                    .activationRefused,
                    "no other lens was in force before" + (slide.map { " for the slide \"\($0.name)\"" } ?? ""),
                    hint: "`neurallens lens history` lists what was activated")
            }
            (restored, chosen) = (earlier.restoring, earlier.lens)
        default:
            let lens = try await usable(name)
            chosen = LensIdentity(name: lens.manifest.name, sha256: lens.digest)
            if let configured = await configured, configured.digest == name {
                // What is chosen stays what it is when the configuration names another one.
                let library = library
                _ = try await thread.run {
                    Result { () throws(Problem) in
                        try library.adopt(
                            folder: configured.folder,
                            card: try? String(
                                contentsOfFile: configured.folder + "/" + LensLibrary.cardFile, encoding: .utf8),
                            by: peer.owner)
                    }
                }.get()
            }
        }
        let lens = try await counting(chosen, slide)
        let choice = try await asProblems { () throws(StoreError) in
            try await store.chooseLens(chosen, forSlide: slide?.id, restoring: restored, by: Agent(peer))
        }
        if let slide {
            inUse.set { $0.ofSlides[slide.id] = chosen }
        } else {
            let folder = await folder(lens.digest)
            // Where all used another until now, it stays ready for a moment.
            if case .ready(let before) = inUse.state, before.digest != lens.digest { ready.append(before) }
            ready.removeAll { $0.digest == lens.digest }
            if ready.count > Self.spares { ready.removeFirst(ready.count - Self.spares) }
            inUse.set {
                $0.state = .ready(lens)
                $0.folder = folder
                $0.shortfall = nil
            }
        }
        return (choice, lens)
    }

    /// What counts once a lens is chosen, or none.
    private func counting(_ chosen: LensIdentity?, _ slide: Slide?) async throws(Problem) -> NeuralLens {
        if let chosen { return try await usable(chosen.sha256) }
        if slide != nil {
            if let problem = inUse.state.problem { throw problem }
            if case .ready(let lens) = inUse.state { return lens }
        }
        guard let configured = await configured else {
            throw Problem(
                .activationRefused, "no lens is configured that could be gone back to",
                hint: "activate one that `neurallens lens list` lists")
        }
        return try await usable(configured.digest)
    }

    private func usable(_ digest: String) async throws(Problem) -> NeuralLens {
        problems[digest] = nil
        return try await loaded(digest)
    }

    /// Deletes a lens of the library, unless something needs it.
    /// - Parameter user: what is at work with the lens, in words; nil where nothing is.
    func delete(_ digest: String, unlessUsedBy user: @escaping @Sendable (String) async -> String?)
        async throws(Problem)
    {
        try await inTurn { () throws(Problem) in try await self.deleteNow(digest, user) }
    }

    private func deleteNow(_ digest: String, _ user: @Sendable (String) async -> String?) async throws(Problem) {
        if let configured = await configured, configured.digest == digest, (try? library.path(digest)) == nil {
            throw Problem(
                .lensInUse, "the lens \(configured.manifest.name) is the configured one, and none of the library",
                hint: "name another one in the daemon's configuration")
        }
        let name = (try? library.manifest(digest))?.name ?? String(digest.prefix(12))
        let path = try library.path(digest)
        func used(_ by: String, _ hint: String) -> Problem {
            Problem(.lensInUse, "the lens \(name) \(by), and cannot be deleted", hint: hint)
        }
        let choices = try await asProblems { () throws(StoreError) in try await store.lensChoices() }
        if choices.last(forSlide: nil)?.lens?.sha256 == digest {
            throw used("is in force", "activate another one first, or go back: neurallens lens activate --previous")
        }
        let slides = choices.ofSlides.filter { $0.value.sha256 == digest }.keys
        if !slides.isEmpty {
            let names = choices.filter { $0.slide.map(slides.contains) ?? false }.compactMap(\.slideName)
            let list = Set(names).sorted().map { "\"\($0)\"" }.joined(separator: ", ")
            throw used(
                "is set for \(slides.count == 1 ? "the slide" : "the slides") \(list)",
                "set another one first: neurallens lens activate --default --slide NAME")
        }
        if let user = await user(path) {
            throw used("is needed by \(user)", "wait for its end, or stop it")
        }
        ready.removeAll { $0.digest == digest }
        problems[digest] = nil
        let (known, library) = (known, library)
        try await thread.run {
            Result { () throws(Problem) in
                do {
                    try known.keep(digest, from: path)
                } catch {
                    throw Problem(
                        .storeFailed,
                        "the description of the lens \(name) cannot be kept: \(error.localizedDescription)",
                        hint: "check that the state folder can be written to and that the disk has room")
                }
                try library.remove(digest)
            }
        }.get()
    }
}

extension FieldDoubt.Key {
    /// Another lens counted it than the one that was chosen.
    static let otherLens = FieldDoubt.Key(rawValue: "other-lens")
}
