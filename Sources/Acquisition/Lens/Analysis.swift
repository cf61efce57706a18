internal import ControlAPI
internal import Foundation
internal import Lens
internal import Logging
internal import SlideStore

/// The lens and the stored inputs that it has still to look at, oldest first: from input to pictures and grains, one
/// transaction for each.
///
/// What one failed read or write of the store kept from its end is tried again for as long as it takes. A daemon that
/// is stopped in good order takes back that it began: only what ends the daemon counts against a field.
actor Analysis {
    /// What becomes of captures.
    enum News: Sendable {
        /// - Parameter fraction: of this capture, 0...1.
        case progress(Capture.ID, stage: String, fraction: Double)
        /// Done, or failed for good.
        case ended(Capture)
        /// The store has refused for a while; it is tried again.
        case delayed(Capture.ID, Problem)
    }

    private struct Item {
        let capture: Capture.ID
        let slide: Slide.ID
        /// Its start is noted in the store.
        var isBegun = false
        var failures = 0
        var backoff = Backoff()
        /// When it may be tried again.
        var notBefore: ContinuousClock.Instant?
    }

    /// A field that ends the daemon must not end it for ever.
    private static let maximumAttempts = 3
    /// Failures of the store in a row, some seconds, after which those who wait are told.
    private static let failuresBorne = 3
    /// Reads that find a field damaged, a quarter of a minute, after which it is taken to be so.
    private static let damageBorne = 6

    private let store: SlideStore
    private let work: CaptureWork
    private let timings: TimingBook
    private let logger: Logger
    private let tell: @Sendable (News) async -> Void
    /// Where the lens computes.
    private let thread: WorkThread
    private let heartbeat: Heartbeat

    private let turret: LensTurret
    let flatFields: FlatFieldCache
    let instrument: InstrumentHistory
    private var items: [Item] = []
    private var current: Item?
    private var loop: Task<Void, Never>?
    private let news = Signal()
    /// Fields that the lens looks at or is to look at, for captures and for runs.
    private var underWay: Set<Task<FieldAnalysis.Output, any Error>> = []
    private var isStopping = false

    init(
        store: SlideStore, turret: LensTurret, work: CaptureWork, timings: TimingBook,
        heartbeat: Heartbeat, thread: WorkThread, logger: Logger, tell: @escaping @Sendable (News) async -> Void
    ) {
        self.store = store
        self.turret = turret
        flatFields = FlatFieldCache(store: store)
        instrument = InstrumentHistory(store: store)
        self.work = work
        self.timings = timings
        self.heartbeat = heartbeat
        self.thread = thread
        self.logger = logger
        self.tell = tell
    }

    /// Captures that wait for the lens.
    var pending: Int { items.count }
    var isRunning: Bool { current != nil }

    func isPending(slide: Slide.ID) -> Bool { items.contains { $0.slide == slide } }

    /// A stored input that the lens is to look at.
    func add(_ capture: Capture) {
        items.append(Item(capture: capture.id, slide: capture.slide.id))
        work.begin()
        news.fire()
        guard loop == nil, !isStopping else { return }
        loop = Task {
            while let item = await next() {
                current = item
                await analyse(item)
                current = nil
            }
            loop = nil
        }
    }

    /// Ends at once, the lens within its layer.
    func stop() async {
        isStopping = true
        news.fire()
        for task in underWay { task.cancel() }
        await loop?.value
        for item in items where item.isBegun { await takeBack(item) }
    }

    /// The first that may be tried now; waits for one. nil where there is nothing left.
    private func next() async -> Item? {
        while !isStopping, !items.isEmpty {
            let version = news.version
            let now = ContinuousClock.now
            if let index = items.firstIndex(where: { $0.notBefore.map { $0 <= now } ?? true }) {
                let item = items.remove(at: index)
                if item.notBefore != nil { work.begin() }
                return item
            }
            await news.wait(since: version, until: items.compactMap(\.notBefore).min())
        }
        return nil
    }

    // MARK: One capture

    private func analyse(_ item: Item) async {
        var item = item
        let id = item.capture
        heartbeat.begin()
        defer {
            heartbeat.end()
            work.end()
        }
        do {
            do {
                try await ended(look(&item))
            } catch let problem as Problem {
                logger.error("capture failed", metadata: ["capture": "\(id)", "problem": "\(problem)"])
                try await ended(store.fail(id, kind: problem.kind, message: problem.detail, hint: problem.hint))
            }
        } catch is CancellationError {
            // Stays unfinished in the store, and is taken up at the next start.
            await takeBack(item)
        } catch {
            await postpone(item, error)
        }
    }

    /// - Throws: a `Problem` that ends the capture, a `PassingFailure` where it is to be tried again or nothing could be
    ///   noted, `CancellationError`.
    private func look(_ item: inout Item) async throws -> Capture {
        let id = item.capture
        let (lens, doubt) = try await lens(for: item)
        do {
            if !item.isBegun {
                let attempts = try await store.beginAnalysis(id)
                item.isBegun = true
                guard attempts <= Self.maximumAttempts else {
                    throw Problem(
                        .lensFailed, "capture \(id) ended the daemon \(Self.maximumAttempts) times and is left alone",
                        hint:
                            "look at its input with `neurallens image \(id) input -o FILE.png` and at the log, and report it"
                    )
                }
            }
            let capture = try await store.capture(id)
            let field = try await store.field(of: capture)
            await tell(.progress(id, stage: "lens", fraction: 0))
            let settings = CountingSettings()
            let output = try await run(
                FieldAnalysis(
                    lens: lens, settings: settings, flatField: try await flatFields.flatField(of: capture)), id: id,
                field: field,
                nmPerPixel: capture.scale?.nmPerPixel, heartbeat: heartbeat)
            let analysed = ContinuousClock.now
            await tell(.progress(id, stage: "results", fraction: 1))
            var seconds = [
                "lens": output.lensSeconds, "grains": output.grainsSeconds, "pictures": output.picturesSeconds,
            ]
            seconds["grab"] = timings[id].grabSeconds
            seconds["store"] = timings[id].storeSeconds
            let results = CaptureResults(
                output, lens: lens, settings: settings, stageSeconds: seconds,
                doubts: [doubt].compactMap(\.self) + (try await instrument.doubts(of: output.measures, capture)))
            let done = try await persistently(for: .seconds(2)) { () throws(StoreError) in
                try await store.finish(id, with: results)
            }
            timings.note(id) { $0.resultsSeconds = analysed.duration(to: .now).seconds }
            logger.info("capture analysed", metadata: ["capture": "\(id)", "grains": "\(output.grains.count)"])
            return done
        } catch let error as StoreError
            where !error.isPassing || (error.code == .damaged && item.failures >= Self.damageBorne)
        {
            throw Problem(error)
        } catch let error as AnalysisError {
            if error.code == .cancelled { throw CancellationError() }
            if error.isPassing { throw error }
            throw Problem(error)
        }
    }

    private func lens(for item: Item) async throws(Problem) -> (lens: NeuralLens, doubt: FieldDoubt?) {
        do throws(Problem) {
            return try await turret.lens(forSlide: item.slide)
        } catch {
            throw Problem(
                .lensRefused, "capture \(item.capture) was stored and not analysed: \(error.detail)",
                hint: "\(error.hint); the field is analysed when the lens is there")
        }
    }

    private func ended(_ capture: Capture) async { await tell(.ended(capture)) }

    /// Tries again later; those who wait are told when the store goes on refusing, or memory wanting.
    private func postpone(_ item: Item, _ error: any Error) async {
        var item = item
        item.failures += 1
        let problem =
            (error as? StoreError).map { Problem($0) } ?? (error as? AnalysisError).map { Problem($0) }
            ?? Problem(.internalError, "capture \(item.capture) failed", hint: "report it")
        logger.warning(
            "capture is tried again", metadata: ["capture": "\(item.capture)", "problem": "\(problem)"])
        let isHopeless = (error as? any PassingFailure)?.isPassing != true
        if isHopeless {
            await takeBack(item)
        } else {
            item.notBefore = .now + item.backoff.pause()
            items.append(item)
        }
        guard isHopeless || item.failures == Self.failuresBorne else { return }
        await tell(.delayed(item.capture, problem))
    }

    private func takeBack(_ item: Item) async {
        guard item.isBegun else { return }
        do {
            try await persistently(for: .seconds(1)) { () throws(StoreError) in
                try await store.takeBackAnalysis(item.capture)
            }
        } catch {
            logger.error("attempt not taken back", metadata: ["capture": "\(item.capture)", "error": "\(error)"])
        }
    }

    /// One field on the analysis thread, for a capture or for a run beside it. Where the caller's task is cancelled it
    /// goes on at once, and the lens ends within its layer.
    /// - Parameter heartbeat: of the worker that waits for it.
    func run(
        _ analysis: FieldAnalysis, id: Capture.ID, field: StoredField, nmPerPixel: Double?, heartbeat: Heartbeat
    ) async throws -> FieldAnalysis.Output {
        guard !isStopping else { throw CancellationError() }
        let (tell, thread) = (tell, thread)
        let name = "the input of capture \(id)"
        let task = Task {
            try await thread.run { isWanted in
                Result { () throws(AnalysisError) in
                    try analysis.run(
                        field, name: name, nmPerPixel: nmPerPixel,
                        progress: { fraction in
                            Task {
                                await tell(.progress(id, stage: fraction < 1 ? "lens" : "grains", fraction: fraction))
                            }
                            return true
                        },
                        while: {
                            // A tile of a large network on a slow machine takes minutes, and is no standstill.
                            heartbeat.beat()
                            return isWanted()
                        })
                }
            }.get()
        }
        underWay.insert(task)
        defer { underWay.remove(task) }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }
}

extension Problem {
    /// - Parameter error: not one of a field that was cancelled.
    init(_ error: AnalysisError) {
        let kind: Kind =
            switch error.code {
            case .unknownScale: .scaleUnknown
            case .refused: .fieldRefused
            case .unfit: .fieldUnfit
            default: .lensFailed
            }
        self.init(kind, error.message, hint: error.hint)
    }
}
