internal import ControlAPI
internal import Digest
internal import Foundation
internal import Grains
internal import Lens
internal import Logging
internal import SlideStore

/// Runs beside the one that counts: all stored inputs of a slide through another lens or other thresholds, one run after
/// the other.
actor Reanalyses {
    private static let kept = 50

    private let store: SlideStore
    private let book: SlideBook
    private let turret: LensTurret
    private let analysis: Analysis
    private let survey: Survey
    private let work: CaptureWork
    private let heartbeat: Heartbeat
    private let journal: EventJournal
    private let logger: Logger

    /// By id, and their order; kept as jobs are.
    private var jobs: [String: ReanalysisJob] = [:]
    private var order: [String] = []
    private var running: [String: Task<Void, Never>] = [:]
    /// Digests of the lenses of those that are not at their end.
    private var used: [String: String] = [:]
    private var latest: Task<Void, Never>?
    /// Fires with every change of a job.
    private let news = Signal()
    private var isStopping = false

    init(
        book: SlideBook, turret: LensTurret, analysis: Analysis, survey: Survey, work: CaptureWork,
        heartbeat: Heartbeat, journal: EventJournal, logger: Logger
    ) {
        store = book.store
        self.turret = turret
        self.book = book
        self.analysis = analysis
        self.survey = survey
        self.work = work
        self.heartbeat = heartbeat
        self.journal = journal
        self.logger = logger
    }

    /// Ends what runs; runs can be gone on with.
    func stop() async {
        isStopping = true
        let tasks = Array(running.values)
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }

    /// Whether a run of a slide is under way or waits.
    func isAtWork(on slide: String) -> Bool { jobs.values.contains { $0.slide == slide && !$0.state.isFinal } }

    /// One that is not at its end and looks through a lens.
    func job(using digest: String) -> ReanalysisJob? {
        used.first { $0.value == digest && jobs[$0.key]?.state.isFinal == false }.flatMap { jobs[$0.key] }
    }

    /// What clients see when the daemon stops.
    func park() {
        isStopping = true
        for id in order where !jobs[id]!.state.isFinal {
            change(id) {
                $0.state = .parked
                $0.message = "the daemon is stopping; the run can be gone on with"
            }
        }
    }

    func begin(_ request: ReanalysisRequest, by peer: Peer) async throws(Problem) -> ReanalysisJob {
        guard !isStopping else {
            throw Problem(.shuttingDown, "no reanalysis was started", hint: "try again when the daemon runs again")
        }
        let (slide, captures): (Slide, [Capture])
        do throws(StoreError) {
            slide = try await store.slide(named: request.slide)
            captures = try await store.captures(ofSlide: slide.id)
        } catch {
            throw Problem(error)
        }
        guard !captures.isEmpty else {
            throw Problem(
                .reanalysisRefused, "the slide \"\(slide.name)\" has no captures", hint: "capture a field first")
        }
        let digest: String
        if let id = request.run {
            let known = try await book.runs(ofSlide: slide.name)
            guard let run = known.first(where: { $0.id == id }) else {
                throw Problem(
                    .runNotFound, "the slide \"\(slide.name)\" has no run \(id)",
                    hint: "`neurallens slide runs NAME` lists its runs")
            }
            digest = run.lensDigest
        } else if let given = request.lensDigest {
            digest = given
            if await turret.configured?.digest != digest { _ = try turret.library.completeLens(digest) }
        } else {
            digest = try await turret.lens(forSlide: slide.id).lens.digest
        }
        let id = randomIdentifier()
        used[id] = digest
        jobs[id] = ReanalysisJob(
            id: id, slide: slide.name, run: request.run, state: .queued, revision: 0, done: 0, total: captures.count,
            message: "waiting")
        order.append(id)
        while order.count > Self.kept,
            let oldest = order.first(where: { jobs[$0]!.state.isFinal })
        {
            order.removeAll { $0 == oldest }
            jobs[oldest] = nil
        }
        logger.notice(
            "reanalysis asked for", metadata: ["slide": "\(slide.name)", "job": "\(id)", "peer": "\(peer)"])
        let previous = latest
        let task = Task {
            await previous?.value
            await self.run(id, slide: slide, request, digest, agent: Agent(peer))
            self.running[id] = nil
            self.used[id] = nil
        }
        latest = task
        running[id] = task
        return jobs[id]!
    }

    /// - Parameter digest: of its lens.
    private func run(
        _ id: String, slide: Slide, _ request: ReanalysisRequest, _ digest: String, agent: Agent
    ) async {
        guard !Task.isCancelled else { return }
        change(id) { $0.state = .running }
        do {
            let (run, lens, settings) = try await begin(slide, request, digest, agent: agent)
            var missing = try await store.capturesMissing(inRun: run.id, retryingFailed: true)
            change(id) {
                $0.run = run.id
                $0.total = run.done + missing.count
                $0.done = run.done
                $0.message = "lens \(lens.manifest.name)"
            }
            var failures: [Problem] = []
            while !missing.isEmpty {
                try Task.checkCancellation()
                let capture = missing.removeFirst()
                if let problem = try await reanalyse(capture, run: run, lens, settings) { failures.append(problem) }
                change(id) { $0.done += 1 }
            }
            let force = try await store.runInForce(ofSlide: slide.id)
            var carried = 0
            if let force { carried = try await store.carryReviews(from: force.id, to: run.id) }
            let left = try await store.leftReviews(ofRun: run.id)
            // Runs compare only when both know which grains are seen twice.
            await survey.judge(run.id, ofSlide: slide.id)
            let difference: RunDifference? =
                if let force, force.id != run.id {
                    try await book.difference(ofSlide: slide.name, run: force.id, to: run.id)
                } else { nil }
            change(id) {
                $0.difference = difference
                $0.reviewsCarried = carried
                $0.reviewsLeft = left.map {
                    LeftReviewReport(review: ReviewReport($0.review), capture: $0.capture, reason: $0.reason)
                }
                $0.state = failures.isEmpty ? .done : .failed
                $0.problem = failures.first
                $0.message = failures.isEmpty ? "done" : "\(failures.count) captures failed"
            }
        } catch  where error is CancellationError || Task.isCancelled {
            guard !isStopping else { return }
            change(id) {
                $0.state = .stopped
                $0.message = "stopped; the run can be gone on with"
            }
        } catch {
            let problem =
                error as? Problem ?? (error as? StoreError).map { Problem($0) }
                ?? Problem(.internalError, "\(error)", hint: "report it")
            logger.error("reanalysis failed", metadata: ["job": "\(id)", "problem": "\(problem)"])
            change(id) {
                $0.state = .failed
                $0.problem = problem
                $0.message = problem.detail
            }
        }
    }

    /// The run to fill, its lens and its settings.
    private func begin(
        _ slide: Slide, _ request: ReanalysisRequest, _ digest: String, agent: Agent
    ) async throws -> (Run, NeuralLens, CountingSettings) {
        if let id = request.run {
            let run = try await store.run(id)
            return (run, try await turret.loaded(digest), CountingSettings(stored: run.settings))
        }
        let lens = try await turret.loaded(digest)
        var settings = CountingSettings()
        settings.minimumConfidence = request.minimumConfidence
        settings.minimumAreaSquareMicrometres = request.minimumAreaUm2
        if let border = request.border { settings.borderRule = BorderRule(rawValue: border.rawValue) ?? .twoEdges }
        let run = try await store.beginRun(
            ofSlide: slide.id, lens: LensIdentity(name: lens.manifest.name, sha256: lens.digest),
            engineVersion: Microscope.version, settings: settings.stored(with: lens.manifest), by: agent)
        return (run, lens, settings)
    }

    /// - Returns: why the capture could not be analysed, which is stored too.
    private func reanalyse(
        _ id: Capture.ID, run: Run, _ lens: NeuralLens, _ settings: CountingSettings
    ) async throws -> Problem? {
        let capture = try await store.capture(id)
        let field = try await store.field(of: capture)
        heartbeat.begin()
        work.begin()
        defer {
            work.end()
            heartbeat.end()
        }
        do {
            let output = try await analysis.run(
                FieldAnalysis(
                    lens: lens, settings: settings, flatField: try await analysis.flatFields.flatField(of: capture)),
                id: id, field: field,
                nmPerPixel: capture.scale?.nmPerPixel, heartbeat: heartbeat)
            try await store.finish(
                id, inRun: run.id,
                with: CaptureResults(
                    output, lens: lens, settings: settings,
                    stageSeconds: [
                        "lens": output.lensSeconds, "grains": output.grainsSeconds, "pictures": output.picturesSeconds,
                    ]))
            return nil
        } catch let error as AnalysisError {
            if error.code == .cancelled { throw CancellationError() }
            let problem = Problem(error)
            try await store.fail(id, inRun: run.id, kind: problem.kind, message: problem.detail, hint: problem.hint)
            return problem
        }
    }

    private func change(_ id: String, _ body: (inout ReanalysisJob) -> Void) {
        guard var job = jobs[id] else { return }
        body(&job)
        job.revision += 1
        jobs[id] = job
        news.fire()
        journal.publish(.reanalysis, job)
    }

    func job(_ id: String, after revision: Int?, timeout: Duration) async throws(Problem)
        -> ReanalysisJob
    {
        guard let job = await news.job(after: revision, timeout: timeout, { jobs[id] }) else {
            throw Problem(
                .jobNotFound, "no reanalysis \(id) is known",
                hint: "jobs are forgotten when the daemon restarts; `neurallens slide runs NAME` lists the runs")
        }
        return job
    }

    func stop(_ id: String, by peer: Peer) async throws(Problem) -> ReanalysisJob {
        let job = try await self.job(id, after: nil, timeout: .zero)
        if job.state == .queued {
            change(id) {
                $0.state = .stopped
                $0.message = "stopped before it began"
            }
        }
        running[id]?.cancel()
        logger.notice("reanalysis stopped", metadata: ["job": "\(id)", "peer": "\(peer)"])
        return try await self.job(id, after: job.revision, timeout: .seconds(10))
    }
}
