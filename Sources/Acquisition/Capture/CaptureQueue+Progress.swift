internal import ControlAPI
internal import Logging
internal import SlideStore

/// What clients hear of jobs.
extension CaptureQueue {
    /// Captures that a job's event shows, the newest: a job may have tens of thousands.
    private static let capturesTold = 8

    /// Returns when the job's revision is above `revision`, when it has ended, or after `timeout`.
    func job(_ id: Job.ID, after revision: Int?, timeout: Duration) async throws(Problem) -> CaptureJob {
        if let news = entries[id]?.news,
            let job = await news.job(after: revision, timeout: timeout, { entries[id]?.job })
        {
            return job
        }
        return try await ended(id)
    }

    /// Those that are not at their end, oldest first.
    func openJobs() -> [CaptureJob] { order.compactMap { entries[$0]?.job }.filter { !$0.state.isFinal } }

    /// A job of an earlier run of the daemon, as the store has it.
    private func ended(_ id: Job.ID) async throws(Problem) -> CaptureJob {
        do {
            let stored = try await store.job(id)
            let state: CaptureJob.State =
                switch stored.state {
                case .open: .parked
                case .done: stored.gaps.isEmpty ? .done : .failed
                case .stopped: .stopped
                case .failed: .failed
                }
            var job = CaptureJob(stored, state: state)
            for capture in try await store.captures(ofJob: id) { job.captures.append(await shown(capture)) }
            job.progress = .init(
                stage: "results", fraction: Double(job.captures.count) / Double(job.requested),
                message: "\(job.captures.count) of \(job.requested) fields")
            return job
        } catch {
            throw Problem(error)
        }
    }

    /// With its counts where they can be read.
    func shown(_ capture: Capture) async -> CaptureReport {
        if let report = try? await surroundings.report(capture.id) { return report }
        return CaptureReport(capture, timings: timings[capture.id])
    }

    func change(_ id: Job.ID, _ body: (inout CaptureJob) -> Void) {
        guard let before = entries[id]?.job else { return }
        var job = before
        body(&job)
        job.revision += 1
        entries[id]!.job = job
        entries[id]!.news.fire()
        // Progress within a stage changes with every tile.
        let isNews =
            job.state != before.state || job.captures != before.captures || job.remarks != before.remarks
            || entries[id]!.toldAt.map { $0.duration(to: .now) > .milliseconds(250) } ?? true
        if isNews { tell(id) }
    }

    func tell(_ id: Job.ID) {
        guard var job = entries[id]?.job else { return }
        entries[id]!.toldAt = .now
        job.captures = job.captures.suffix(Self.capturesTold)
        journal.publish(.job, job)
    }

    /// Intervals go on as they were; the jobs' reports say so.
    func wallClockMoved(by seconds: Double) {
        for (id, entry) in entries where !entry.job.state.isFinal && entry.wish.intervalSeconds > 0 {
            change(id) { $0.remarks.append(PlanKeeper.remark(ofMove: seconds)) }
        }
    }

    // MARK: What the lens makes of captures

    /// Progress of a capture, as that of its job.
    func note(stage: String, fraction: Double, of capture: Capture.ID) {
        guard let id = jobOfCapture[capture], let job = entries[id]?.job, !job.state.isFinal,
            job.captures.contains(where: { $0.id == capture && $0.state == .pending })
        else { return }
        let ended = job.captures.count { $0.state != .pending }
        change(id) {
            $0.progress.stage = stage
            $0.progress.fraction = min(1, (Double(ended + job.missed) + fraction) / Double(job.requested))
            $0.progress.message = "field \(ended + job.missed + 1) of \(job.requested)"
        }
    }

    /// A capture is at its end: its job shows what is stored.
    func settle(_ capture: Capture) async {
        let report: CaptureReport
        do {
            report = try await surroundings.report(capture.id)
        } catch {
            // Its counts are in the store and cannot be read now: nobody waits for them.
            var known = CaptureReport(capture, timings: timings[capture.id])
            known.problem = known.problem ?? error
            report = known
        }
        journal.publish(.capture, report)
        show(report)
    }

    /// The store has refused the capture's results for a while: whoever waits for them hears of it.
    func delay(_ capture: Capture.ID, _ problem: Problem) {
        guard let id = jobOfCapture[capture],
            var report = entries[id]?.job.captures.first(where: { $0.id == capture })
        else { return }
        report.problem = Problem(
            .storeFailed, "capture \(capture) waits: \(problem.detail)",
            hint: "\(problem.hint); it is stored, and tried again by itself")
        journal.publish(.capture, report)
        show(report)
    }

    private func show(_ report: CaptureReport) {
        guard let id = jobOfCapture[report.id] else { return }
        change(id) { job in
            if let index = job.captures.firstIndex(where: { $0.id == report.id }) { job.captures[index] = report }
            job.progress.fraction =
                Double(job.captures.count { $0.state != .pending } + job.missed) / Double(job.requested)
        }
        finishIfComplete(id)
    }
}
