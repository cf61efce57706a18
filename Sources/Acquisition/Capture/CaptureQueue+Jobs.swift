internal import Camera
internal import ControlAPI
internal import Digest
internal import Foundation
internal import Logging
internal import SlideStore

/// Jobs, from what was asked for to their end.
extension CaptureQueue {
    /// How long a job that has begun waits for a camera that is away.
    private static let patience = Duration.seconds(60)

    /// Notes a job and begins with it.
    func add(_ request: CaptureRequest, slide: Slide, agent: Agent) async throws(Problem) -> CaptureJob {
        try await requireCamera()
        let open = entries.values.count { !$0.job.state.isFinal }
        guard open < Self.jobsOpen else {
            throw Problem(
                .queueFull, "\(open) capture jobs are open, and no more than \(Self.jobsOpen) may be",
                hint: "wait for one to end, or stop one with neurallens capture --stop JOB")
        }
        var wish = Job.Wish(fields: request.count, intervalSeconds: request.intervalSeconds)
        if request.planned == true {
            let band = request.band ?? 0
            _ = try await surroundings.nextPlanned(slide.name, band)
            if let other = entries.values.first(where: {
                $0.slide.id == slide.id && $0.wish.plannedBand != nil && !$0.job.state.isFinal
            }) {
                throw Problem(
                    .sampleRefused,
                    "the planned fields of the slide \"\(slide.name)\" are being captured by job \(other.job.id)",
                    hint: "wait for its end, or stop it with neurallens capture --stop JOB")
            }
            wish.plannedBand = band
        }
        if let x = request.stageXUm, let y = request.stageYUm {
            wish.stagePosition = SlidePosition(xMicrometres: x, yMicrometres: y)
        }
        if let sweep = request.focusSweep {
            wish.sweep = Job.Wish.Sweep(
                frames: sweep.frames, seconds: sweep.seconds, spanMicrometres: sweep.spanUm)
        }
        let job: Job
        do {
            let id = randomIdentifier()
            job = try await persistently(for: .seconds(2)) { () throws(StoreError) in
                try await store.createJob(id, ofSlide: slide.id, wish, nextAt: Date(), by: agent)
            }
        } catch {
            throw Problem(error)
        }
        return begin(job, CaptureJob(job, state: .queued), firstDue: .now, isResumed: false)
    }

    private func requireCamera() async throws(Problem) {
        guard case .unavailable(let reason) = await source.state() else { return }
        throw Problem(
            .cameraUnavailable, "no field can be captured: \(reason)",
            hint: "connect the camera; it is found again by itself, see `neurallens camera show`")
    }

    @discardableResult
    func begin(
        _ job: Job, _ wire: CaptureJob, firstDue: ContinuousClock.Instant, isResumed: Bool
    ) -> CaptureJob {
        entries[job.id] = Entry(job: wire, slide: job.slide, agent: job.agent, wish: job.wish, rank: ranks)
        ranks += 1
        order.append(job.id)
        forgetEnded()
        entries[job.id]?.task = Task { await run(job.id, firstDue: firstDue, isResumed: isResumed) }
        tell(job.id)
        return wire
    }

    private func forgetEnded() {
        while order.count > Self.jobsKept, let oldest = order.first(where: { entries[$0]!.job.state.isFinal }) {
            order.removeAll { $0 == oldest }
            entries[oldest] = nil
            jobOfCapture = jobOfCapture.filter { $0.value != oldest }
        }
    }

    // MARK: Running

    private func run(_ id: Job.ID, firstDue: ContinuousClock.Instant, isResumed: Bool) async {
        guard let entry = entries[id] else { return }
        let interval = Duration.seconds(entry.wish.intervalSeconds)
        let claim = entry.wish.intervalSeconds > 0 ? CameraTurn.Claim.timed : .untimed(rank: entry.rank)
        var due = firstDue
        var isFirst = true
        do {
            while let job = entries[id]?.job, job.left > 0 {
                let number = job.taken + job.missed + 1
                if due > .now {
                    change(id) {
                        $0.progress.stage = "waiting"
                        $0.progress.message = "field \(number) of \($0.requested) waits for its time"
                    }
                    try await Task.sleep(until: due, clock: .continuous)
                }
                let next = max(due + interval, .now)
                try await take(number, of: id, claim, next: next, isNew: isFirst && !isResumed, isFirst: isFirst)
                (due, isFirst) = (next, false)
            }
            finishIfComplete(id)
        } catch is CancellationError {
            return
        } catch {
            let problem = error as? Problem ?? Problem(.internalError, "\(error)", hint: "report it")
            logger.error("job failed", metadata: ["job": "\(id)", "problem": "\(problem)"])
            await end(id, .failed, problem, by: .current)
        }
    }

    /// Takes one field, or notes that it could not be taken.
    /// - Parameters:
    ///   - isNew: the job has not begun, and whoever asked hears at once that the camera does not do it.
    ///   - isFirst: the camera may just have been opened.
    /// - Throws: the problem that ends the job.
    private func take(
        _ number: Int, of id: Job.ID, _ claim: CameraTurn.Claim, next: ContinuousClock.Instant, isNew: Bool,
        isFirst: Bool
    ) async throws {
        guard let entry = entries[id] else { return }
        let interval = Duration.seconds(entry.wish.intervalSeconds)
        // The camera may be back in a moment. Without an interval there is no later time to go on at.
        let patience =
            interval == .zero ? Self.patience : max(min(interval / 2, Self.patience), isFirst ? .seconds(10) : .zero)
        let deadline = ContinuousClock.now + patience
        var backoff = Backoff(longest: .seconds(5))
        while true {
            do {
                guard await turn.take(claim) else { throw CancellationError() }
                change(id) {
                    $0.state = .running
                    $0.progress.stage = "grab"
                    $0.progress.message = "field \(number) of \($0.requested)"
                }
                let place: TapePlace?
                do {
                    place = try await plannedPlace(entry)
                } catch {
                    turn.give()
                    throw error
                }
                let capture = try await field(
                    of: entry.slide, stage: entry.wish.stagePosition, place: place,
                    sweep: entry.wish.sweep.map { SweepOrder($0, job: id, field: number) }, agent: entry.agent
                ) { .job(id, nextAt: Self.wallClock(at: next)) }
                return await took(capture, for: id)
            } catch let error as CameraError {
                let problem = Problem(error)
                if error.code == .unreadablePicture { return try await miss(id, problem, next: next) }
                if isNew, !error.isPassing { throw problem }
                guard ContinuousClock.now < deadline else {
                    if interval == .zero { throw problem }
                    return try await miss(id, problem, next: next)
                }
                change(id) { $0.progress.message = "field \(number) of \($0.requested) waits: \(problem.detail)" }
                try await Task.sleep(for: backoff.pause())
            } catch let problem as Problem {
                if isNew || interval == .zero || !problem.isOfStore { throw problem }
                try await miss(id, problem, next: next)
                return
            }
        }
    }

    private func plannedPlace(_ entry: Entry) async throws(Problem) -> TapePlace? {
        guard let band = entry.wish.plannedBand else { return nil }
        return try await surroundings.nextPlanned(entry.slide.name, band)
    }

    private func took(_ capture: Capture, for id: Job.ID) async {
        jobOfCapture[capture.id] = id
        let report = CaptureReport(capture, timings: timings[capture.id])
        change(id) { $0.captures.append(report) }
        await surroundings.stored(capture)
    }

    private func miss(_ id: Job.ID, _ problem: Problem, next: ContinuousClock.Instant) async throws {
        logger.warning("field not taken", metadata: ["job": "\(id)", "problem": "\(problem)"])
        do {
            try await persistently(for: .seconds(10)) { () throws(StoreError) in
                try await store.addGap(
                    toJob: id, nextAt: Self.wallClock(at: next), kind: problem.kind, message: problem.detail,
                    hint: problem.hint)
            }
        } catch {
            throw Problem(error)
        }
        change(id) { job in
            job.missed += 1
            job.remarks.append("field \(job.taken + job.missed) was not taken: \(problem.detail)")
        }
    }

    /// - Returns: what the wall clock will show then, unless it is moved.
    static func wallClock(at instant: ContinuousClock.Instant) -> Date {
        Date(timeIntervalSinceNow: ContinuousClock.now.duration(to: instant).seconds)
    }

    // MARK: Ends

    /// A job whose fields are all taken has ended once the lens is through with them.
    func finishIfComplete(_ id: Job.ID) {
        guard let job = entries[id]?.job, !job.state.isFinal, job.left == 0,
            job.captures.allSatisfy({ $0.state != .pending || $0.problem != nil })
        else { return }
        let problem = job.captures.lazy.compactMap(\.problem).first
        change(id) {
            $0.problem = $0.problem ?? problem
            if $0.problem == nil, $0.missed > 0 {
                $0.problem = Problem(
                    .cameraFailed, "\($0.missed) of \($0.requested) fields were not taken: \($0.remarks.last ?? "")",
                    hint: "look at them with neurallens captures, and capture what is missing")
            }
            $0.state = $0.problem == nil ? .done : .failed
            $0.progress = .init(
                stage: "results", fraction: 1, message: "\($0.captures.count) of \($0.requested) fields")
        }
    }

    /// Before all fields are taken.
    private func end(_ id: Job.ID, _ state: Job.State, _ problem: Problem, by agent: Agent) async {
        change(id) {
            $0.state = state == .stopped ? .stopped : .failed
            $0.problem = problem
            $0.progress.message = problem.detail
        }
        let note: @Sendable () async throws(StoreError) -> Void = { [store] () throws(StoreError) in
            try await store.endJob(
                id, state, kind: problem.kind, message: problem.detail, hint: problem.hint, by: agent)
        }
        do {
            try await persistently(for: .milliseconds(300), note)
        } catch {
            logger.error("end of a job not noted", metadata: ["job": "\(id)", "error": "\(error)"])
            // A job that was told to be over must not go on at the next start.
            if error.isPassing { Task { try? await persistently(for: .seconds(3600), note) } }
        }
    }

    /// Ends a job; what it has taken is kept and analysed.
    func stop(_ id: Job.ID, by peer: Peer) async throws(Problem) -> CaptureJob {
        let job = try await job(id, after: nil, timeout: .zero)
        guard !job.state.isFinal, let task = entries[id]?.task else { return job }
        task.cancel()
        // The field in hand is stored or dropped in a moment; a camera that gives nothing is not waited for.
        let wait = Wait<Void>()
        Task {
            await task.value
            wait.finish(())
        }
        await wait.answer(until: .now + .milliseconds(1500), otherwise: ())
        if let job = entries[id]?.job, !job.state.isFinal {
            let problem = Problem(
                .jobStopped, "the job was stopped by \(peer) after \(job.taken) of \(job.requested) fields",
                hint: "the fields taken are kept and counted; the others can be captured anew")
            await end(id, .stopped, problem, by: Agent(peer))
            logger.notice(
                "capture job stopped", metadata: ["job": "\(id)", "taken": "\(job.taken)", "peer": "\(peer)"])
        }
        return entries[id]?.job ?? job
    }
}

extension CaptureJob {
    /// Captures begun.
    fileprivate var taken: Int { captures.count }
    /// Fields still to be taken.
    fileprivate var left: Int { max(0, requested - captures.count - missed) }

    /// Without its captures.
    init(_ job: Job, state: State) {
        self.init(
            id: job.id, slide: job.slide.name, requested: job.wish.fields, state: state, revision: 0,
            progress: .init(stage: "waiting", fraction: 0, message: "waiting for the camera"), missed: job.gaps.count,
            remarks: job.gaps.map { "a field was not taken: \($0.failure.message)" },
            problem: job.failure.map { Problem($0) })
    }
}

extension Problem {
    /// The store may do it by the next field.
    fileprivate var isOfStore: Bool { isKind(.storeFull) || isKind(.storeFailed) }
}
