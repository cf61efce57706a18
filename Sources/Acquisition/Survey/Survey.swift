internal import ControlAPI
internal import Logging
internal import SlideStore

/// Where fields lie, which grains several of them show, what is dirt on the sensor: found field by field, beside captures
/// and never on their way.
///
/// Each field is compared with its neighbours, and what hangs together with it is judged again. Both are kept in the store
/// at once, each in one transaction, so that a survey goes on where it was, whatever ended the daemon. Nobody waits for it:
/// counts say how far it is.
actor Survey {
    /// A slide in the run in force, or a run beside it.
    private struct Work: Hashable {
        let slide: Slide.ID
        let run: Run.ID?
    }

    /// Slides that are held.
    private static let slidesHeld = 4
    /// Fields that are judged in one transaction.
    private static let fieldsAtOnce = 50
    /// Failures of a field, a quarter of a minute, after which its picture is taken to be damaged.
    private static let failuresBorne = 8

    private let store: SlideStore
    private let heartbeat: Heartbeat
    private let logger: Logger
    /// Fields of a slide were judged.
    private let tell: @Sendable (Slide.ID) async -> Void
    private let thread = WorkThread("neurallens.survey")

    /// Worked on lately, the latest last.
    private var slides: [SurveyedSlide] = []
    /// Done one step each by turns.
    private var waiting: [Work] = []
    private var loop: Task<Void, Never>?
    /// Fires when a slide is surveyed, or cannot be.
    private let news = Signal()
    /// How often pictures of fields could not be read, and those that are not tried any more.
    private var failures: [Capture.ID: Int] = [:]
    private var unreadable: Set<Capture.ID> = []
    private var isStopping = false

    init(
        store: SlideStore, heartbeat: Heartbeat, logger: Logger, tell: @escaping @Sendable (Slide.ID) async -> Void
    ) {
        self.store = store
        self.heartbeat = heartbeat
        self.logger = logger
        self.tell = tell
    }

    /// Goes on with what an earlier run of the daemon left.
    func takeUp() async throws(StoreError) {
        for slide in try await store.slidesToSurvey() { look(at: slide) }
    }

    /// Something on a slide is new: a field, a word of a person, another run in force.
    func look(at slide: Slide.ID) { add(Work(slide: slide, run: nil)) }

    /// The slide is gone.
    func forget(_ slide: Slide.ID) {
        waiting.removeAll { $0.slide == slide }
        slides.removeAll { $0.slide == slide }
        news.fire()
    }

    /// Judges the fields of a run, whether or not it is in force.
    func judge(_ run: Run.ID, ofSlide slide: Slide.ID) async {
        await settled(slide)
        add(Work(slide: slide, run: run))
        await ended(Work(slide: slide, run: run))
    }

    /// Returns when all is surveyed that the store has of a slide, or at the deadline.
    func settled(_ slide: Slide.ID, until deadline: ContinuousClock.Instant? = nil) async {
        // Of the newest field it may not have been told yet.
        look(at: slide)
        await ended(Work(slide: slide, run: nil), until: deadline)
    }

    /// Ends at once; what is not kept is done again at the next start.
    func stop() async {
        isStopping = true
        loop?.cancel()
        await loop?.value
        // What was left behind on the thread ends in a moment, and then reads no more.
        await thread.run {}
        news.fire()
    }

    private func ended(_ work: Work, until deadline: ContinuousClock.Instant? = nil) async {
        while waiting.contains(work), !isStopping, !Task.isCancelled {
            let version = news.version
            if let deadline, deadline <= .now { return }
            await news.wait(since: version, until: deadline)
        }
    }

    private func add(_ work: Work) {
        guard !isStopping else { return }
        if waiting.contains(work) {
            // Whatever it has looked for already may be there now.
            isNew.insert(work)
        } else {
            waiting.append(work)
        }
        guard loop == nil else { return }
        loop = Task { await run() }
    }

    /// Work that was asked for once more while it was done.
    private var isNew: Set<Work> = []

    // MARK: Steps

    private func run() async {
        defer { loop = nil }
        var backoff = Backoff(first: .milliseconds(100))
        while let work = waiting.first, !isStopping {
            isNew.remove(work)
            do {
                heartbeat.begin()
                defer { heartbeat.end() }
                let isDone = try await step(work)
                backoff.reset()
                waiting.removeAll { $0 == work }
                if !isDone || isNew.contains(work) { waiting.append(work) } else { news.fire() }
            } catch {
                if isStopping || Task.isCancelled { return }
                // What was not kept is found anew, by what the store has.
                slides.removeAll { $0.slide == work.slide }
                if Self.isAway(error) {
                    // Looked at again when its pictures are back.
                    waiting.removeAll { $0 == work }
                    news.fire()
                    continue
                }
                logger.warning("slide is surveyed later", metadata: ["slide": "\(work.slide)", "error": "\(error)"])
                waiting.removeAll { $0 == work }
                waiting.append(work)
                try? await Task.sleep(for: backoff.pause())
            }
        }
    }

    /// Surveys one field and judges what is to be judged.
    /// - Returns: whether nothing was left to do.
    private func step(_ work: Work) async throws -> Bool {
        let slide = try await slide(work.slide)
        var isDone = true
        if work.run == nil, let capture = try await store.nextToSurvey(ofSlide: work.slide, except: unreadable) {
            isDone = false
            let step: SurveyStep
            do throws(Problem) {
                step = try await computed { isWanted throws(Problem) in try slide.place(capture, while: isWanted) }
            } catch {
                if Task.isCancelled { throw CancellationError() }
                if Self.isAway(error) { throw error }
                failures[capture.id, default: 0] += 1
                if failures[capture.id]! < Self.failuresBorne { throw error }
                logger.error("field not surveyed", metadata: ["capture": "\(capture.id)", "error": "\(error)"])
                unreadable.insert(capture.id)
                slides.removeAll { $0.slide == work.slide }
                return false
            }
            try await store.keep(step, ofSlide: work.slide)
        }
        let run = if let run = work.run { run } else { try await store.runInForce(ofSlide: work.slide)?.id }
        guard let run else { return isDone }
        let captures = try await store.capturesToJudge(inRun: run, limit: Self.fieldsAtOnce)
        if captures.isEmpty { return isDone }
        let (judgement, words) = try await computed { isWanted throws(Problem) in
            try slide.judge(captures, run: run, while: isWanted)
        }
        let isKept = try await store.keep(judgement, ofRun: run, unlessMoreThan: words)
        if isKept { await tell(work.slide) } else { slides.removeAll { $0.slide == work.slide } }
        return false
    }

    /// The slide was deleted or archived meanwhile.
    private static func isAway(_ error: any Error) -> Bool {
        if let problem = error as? Problem { return problem.isKind(.picturesAway) || problem.isKind(.slideNotFound) }
        guard let code = (error as? StoreError)?.code else { return false }
        return code == .picturesAway || code == .noSuchSlide
    }

    private func slide(_ id: Slide.ID) async throws -> SurveyedSlide {
        if let at = slides.firstIndex(where: { $0.slide == id }) {
            slides.append(slides.remove(at: at))
            return slides[slides.count - 1]
        }
        let stored = try await store.survey(ofSlide: id)
        let store = store
        let slide = await thread.run { SurveyedSlide(slide: id, stored, in: store) }
        slides.append(slide)
        if slides.count > Self.slidesHeld { slides.removeFirst() }
        return slide
    }

    /// - Throws: `CancellationError` as a problem where the survey is stopped.
    private func computed<Value: Sendable>(
        _ body: @escaping @Sendable (_ isWanted: () -> Bool) throws(Problem) -> Value?
    ) async throws(Problem) -> Value {
        let heartbeat = heartbeat
        let result: Result<Value?, Problem>
        do throws(CancellationError) {
            result = try await thread.run { isWanted in
                Result { () throws(Problem) in
                    try body {
                        heartbeat.beat()
                        return isWanted()
                    }
                }
            }
        } catch {
            throw Problem(error)
        }
        guard let value = try result.get() else { throw Problem(CancellationError()) }
        return value
    }
}
