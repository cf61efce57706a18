internal import Camera
package import ControlAPI
internal import Foundation
internal import Imaging
internal import Logging
internal import SlideStore

/// Jobs: from a trigger to inputs on disk. The client may leave; the job goes on.
extension Microscope {
    private static let jobsKept = 200

    package func startCaptures(_ request: CaptureRequest, by peer: Peer) async throws(Problem) -> CaptureJob {
        guard !isStopping else {
            throw Problem(.shuttingDown, "no capture was started", hint: "try again when the daemon runs again")
        }
        let slide = try await found { () throws(StoreError) in try await store.slide(named: request.slide) }
        let id = try await queue(request, slide: slide, agent: Agent(peer))
        logger.notice(
            "captures asked for",
            metadata: ["slide": "\(slide.name)", "count": "\(request.count)", "peer": "\(peer)", "job": "\(id)"])
        return jobs[id]!
    }

    /// Lines a job up for the camera.
    /// - Returns: its id.
    func queue(_ request: CaptureRequest, slide: Slide, agent: Agent) async throws(Problem) -> String {
        if case .unavailable(let reason) = await source.state() {
            throw Problem(
                .cameraUnavailable, "no field can be captured: \(reason)",
                hint: "connect the camera; it is found again by itself, see `neurallens camera show`")
        }
        let id = UUID().uuidString.lowercased()
        jobs[id] = CaptureJob(
            id: id, slide: slide.name, requested: request.count, state: .queued, revision: 0,
            progress: .init(stage: "waiting", fraction: 0, message: "waiting for the camera"))
        jobOrder.append(id)
        while jobOrder.count > Self.jobsKept, let oldest = jobOrder.first(where: { jobs[$0]!.state.isFinal }) {
            jobOrder.removeAll { $0 == oldest }
            jobs[oldest] = nil
            jobOfCapture = jobOfCapture.filter { $0.value != oldest }
            toldAt[oldest] = nil
        }
        let interval = Duration.seconds(request.intervalSeconds)
        let stage: SlidePosition? =
            if let x = request.stageXUm, let y = request.stageYUm { SlidePosition(xMicrometres: x, yMicrometres: y) } else {
                nil
            }
        let previous = lastGrab
        let task = Task {
            // One job has the camera at a time.
            await previous?.value
            await self.grab(
                id, slide: slide, count: request.count, interval: interval, stage: stage, agent: agent)
            self.runningJobs[id] = nil
        }
        lastGrab = task
        runningJobs[id] = task
        tell(id)
        return id
    }

    private func grab(
        _ job: String, slide: Slide, count: Int, interval: Duration, stage: SlidePosition?, agent: Agent
    ) async {
        // Its turn may have come too late for what it was for.
        guard !Task.isCancelled, jobs[job]?.state == .queued else { return }
        change(job) { $0.state = .running }
        var next = ContinuousClock.now
        do {
            for number in 0..<count {
                if number > 0 { try await Task.sleep(until: next, clock: .continuous) }
                next = max(next + interval, .now)
                try Task.checkCancellation()
                change(job) {
                    $0.progress.stage = "grab"
                    $0.progress.message = "field \(number + 1) of \(count)"
                }
                try await grabOne(job, slide: slide, stage: stage, agent: agent)
            }
        } catch is CancellationError {
            return
        } catch let problem as Problem {
            logger.error("job failed", metadata: ["job": "\(job)", "problem": "\(problem)"])
            change(job) {
                $0.state = .failed
                $0.problem = problem
                $0.progress.message = problem.detail
            }
        } catch {
            change(job) {
                $0.state = .failed
                $0.problem = Problem(.internalError, "\(error)", hint: "report it")
            }
        }
        finishIfComplete(job)
    }

    /// One field from the trigger to its committed input.
    private func grabOne(_ job: String, slide: Slide, stage: SlidePosition?, agent: Agent) async throws(Problem) {
        work.begin()
        defer { work.end() }
        let clock = ContinuousClock()
        let triggered = clock.now
        let source = source
        let frame: Frame
        do {
            frame = try await source.triggeredFrame()
        } catch {
            throw Problem(error)
        }
        let age = Duration.nanoseconds(MonotonicInstant.now.nanoseconds - frame.exposedAt.nanoseconds)
        let grabbed = clock.now
        let encoded = await storeThread.run {
            Result { () throws(ImagingError) in try frame.encoded(source: source.name) }
        }
        let png: [UInt8]
        do {
            png = try encoded.get()
        } catch {
            throw Problem(.internalError, error.message, hint: error.hint)
        }
        let scale = try await scale(of: frame)
        let input = CaptureInput(
            png: png, width: frame.width, height: frame.height, scale: scale, source: source.name, origin: frame.origin,
            wireFormat: frame.format, bitDepth: frame.bitDepth, sequence: frame.sequence, controls: frame.controls,
            frames: .init(
                sequenceGaps: frame.accounting.sequenceGaps, errorFlagged: frame.accounting.errorFlagged,
                discardedBeforeTrigger: frame.accounting.discardedBeforeTrigger),
            capturedAt: Date(timeIntervalSinceNow: -age.seconds),
            exposedAtMonotonicNanoseconds: frame.exposedAt.nanoseconds, stagePosition: stage)
        let stored = try await found { () throws(StoreError) in
            try await store.storeInput(input, slide: slide.id, by: agent)
        }
        let id = stored.id
        timings[id] = .init(
            grabSeconds: (grabbed - triggered).seconds, storeSeconds: (clock.now - grabbed).seconds)
        jobOfCapture[id] = job
        let report = try await report(capture: id)
        change(job) { $0.captures.append(report) }
        journal.publish(.capture, report)
        enqueue(id)
        analyseNext()
    }

    // MARK: Progress

    /// Returns when the job's revision is above `revision`, when it has ended, or after `timeout`.
    package func job(_ id: String, after revision: Int?, timeout: Duration) async throws(Problem) -> CaptureJob {
        let deadline = ContinuousClock.now + timeout
        while true {
            guard let job = jobs[id] else {
                throw Problem(
                    .jobNotFound, "no job \(id) is known",
                    hint:
                        "jobs are forgotten when the daemon restarts; `neurallens captures --slide NAME` lists what is stored"
                )
            }
            guard let revision, job.revision <= revision, !job.state.isFinal, ContinuousClock.now < deadline else {
                return job
            }
            do {
                try await Task.sleep(for: .milliseconds(40))
            } catch {
                return job
            }
        }
    }

    func change(_ id: String, _ body: (inout CaptureJob) -> Void) {
        guard var job = jobs[id] else { return }
        let before = job
        body(&job)
        job.revision += 1
        jobs[id] = job
        // Progress within a stage changes with every tile.
        let isNews =
            job.state != before.state || job.captures != before.captures
            || toldAt[id].map { $0.duration(to: .now) > .milliseconds(250) } ?? true
        if isNews { tell(id) }
    }

    /// Captures that a job's event shows, the newest: a job may have tens of thousands.
    private static let capturesTold = 8

    private func tell(_ id: String) {
        guard var job = jobs[id] else { return }
        toldAt[id] = .now
        job.captures = job.captures.suffix(Self.capturesTold)
        journal.publish(.job, job)
    }

    /// Progress of a capture, as that of its job.
    func note(stage: String, fraction: Double, of capture: Int64) {
        guard let id = jobOfCapture[capture], let job = jobs[id], analysing == capture else { return }
        let ended = job.captures.count { $0.state != .pending }
        change(id) {
            $0.progress.stage = stage
            $0.progress.fraction = min(1, (Double(ended) + fraction) / Double(job.requested))
            $0.progress.message = "field \(ended + 1) of \(job.requested)"
        }
    }

    /// A capture is done or has failed: its job shows what is stored.
    func settle(_ capture: Int64) async {
        guard let report = try? await report(capture: capture) else { return }
        journal.publish(.capture, report)
        await tellCounts(ofSlide: report.slide)
        plansNeedALook = true
        guard let id = jobOfCapture[capture] else { return }
        change(id) { job in
            if let index = job.captures.firstIndex(where: { $0.id == capture }) { job.captures[index] = report }
            job.progress.fraction = Double(job.captures.count { $0.state != .pending }) / Double(job.requested)
        }
        finishIfComplete(id)
    }

    private func finishIfComplete(_ id: String) {
        guard let job = jobs[id], job.state == .running else { return }
        let ended = job.captures.count { $0.state != .pending }
        guard ended == job.requested else { return }
        let failed = job.captures.filter { $0.problem != nil }
        change(id) {
            $0.state = failed.isEmpty ? .done : .failed
            $0.problem = failed.first?.problem
            $0.progress = .init(stage: "results", fraction: 1, message: "\(ended) of \(ended) fields")
        }
    }
}

extension Frame {
    /// The field as the store keeps it: the demosaiced picture as a PNG file.
    fileprivate func encoded(source: String) throws(ImagingError) -> [UInt8] {
        let text = ["Source": source, "Software": "NeuralLens \(Microscope.version)"]
        return switch colour() {
        case .bits8(let picture): try PNG.encode(picture, nmPerPixel: nmPerPixel, text: text)
        case .bits16(let picture): try PNG.encode(picture, nmPerPixel: nmPerPixel, text: text)
        }
    }
}

extension Agent {
    /// - Parameter name: of the person, where given; the login name otherwise.
    init(_ peer: Peer, name: String? = nil) {
        let given = name.flatMap { $0.isEmpty ? nil : $0 } ?? peer.token.map { "page (\($0))" }
        self.init(userID: peer.uid, processID: peer.pid, userName: given ?? Self.loginName(peer.uid))
    }

    /// Empty where the user has none.
    private static func loginName(_ uid: UInt32) -> String {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 4096)
        guard getpwuid_r(uid, &entry, &buffer, buffer.count, &found) == 0, found != nil, let name = entry.pw_name else {
            return ""
        }
        return String(cString: name)
    }
}
