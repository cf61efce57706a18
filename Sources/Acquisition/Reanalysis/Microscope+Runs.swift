package import ControlAPI
internal import Digest
internal import Foundation
internal import Grains
internal import Lens
internal import Logging
internal import SlideStore

/// Runs: all stored inputs of a slide through another lens or other thresholds, beside the earlier results.
extension Microscope {
    private static let reanalysesKept = 50

    // MARK: Lenses that clients bring

    package func offerLens(manifest: [UInt8], by peer: Peer) async throws(Problem) -> LensOffer {
        let lenses = lenses
        let offer = try await storeThread.run {
            Result { () throws(Problem) in try lenses.offer(manifest, by: peer.owner) }
        }.get()
        logger.notice("lens offered", metadata: ["digest": "\(offer.digest)", "peer": "\(peer)"])
        return offer
    }

    package func storeLensFile(
        digest: String, name: String, bytes: [UInt8], by peer: Peer
    ) async throws(Problem) -> LensOffer {
        let lenses = lenses
        return try await storeThread.run {
            Result { () throws(Problem) in try lenses.store(bytes, digest: digest, name: name, by: peer.owner) }
        }.get()
    }

    // MARK: Jobs

    package func reanalyse(_ request: ReanalysisRequest, by peer: Peer) async throws(Problem) -> ReanalysisJob {
        guard !isStopping else {
            throw Problem(.shuttingDown, "no reanalysis was started", hint: "try again when the daemon runs again")
        }
        let slide = try await found { () throws(StoreError) in try await store.slide(named: request.slide) }
        let captures = try await found { () throws(StoreError) in try await store.captures(ofSlide: slide.id) }
        guard !captures.isEmpty else {
            throw Problem(
                .reanalysisRefused, "the slide \"\(slide.name)\" has no captures", hint: "capture a field first")
        }
        if let run = request.run {
            let known = try await runs(ofSlide: slide.name)
            guard known.contains(where: { $0.id == run }) else {
                throw Problem(
                    .runNotFound, "the slide \"\(slide.name)\" has no run \(run)",
                    hint: "`neurallens slide runs NAME` lists its runs")
            }
        } else if let digest = request.lensDigest {
            _ = try lensFolder(digest)
        } else if case .ready = lens {
        } else {
            throw Problem(.lensRefused, "no lens is in use", hint: "name one with --lens")
        }
        let id = randomIdentifier()
        reanalyses[id] = ReanalysisJob(
            id: id, slide: slide.name, run: request.run, state: .queued, revision: 0, done: 0, total: captures.count,
            message: "waiting")
        reanalysisOrder.append(id)
        while reanalysisOrder.count > Self.reanalysesKept,
            let oldest = reanalysisOrder.first(where: { reanalyses[$0]!.state.isFinal })
        {
            reanalysisOrder.removeAll { $0 == oldest }
            reanalyses[oldest] = nil
        }
        logger.notice(
            "reanalysis asked for", metadata: ["slide": "\(slide.name)", "job": "\(id)", "peer": "\(peer)"])
        let previous = lastReanalysis
        let task = Task {
            await previous?.value
            await self.reanalyse(id, slide: slide, request, agent: Agent(peer))
            self.runningReanalyses[id] = nil
        }
        lastReanalysis = task
        runningReanalyses[id] = task
        return reanalyses[id]!
    }

    private func reanalyse(_ id: String, slide: Slide, _ request: ReanalysisRequest, agent: Agent) async {
        guard !Task.isCancelled else { return }
        change(reanalysis: id) { $0.state = .running }
        do {
            let (run, lens, settings) = try await begin(slide, request, agent: agent)
            var missing = try await store.capturesMissing(inRun: run.id, retryingFailed: true)
            change(reanalysis: id) {
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
                change(reanalysis: id) { $0.done += 1 }
            }
            let force = try await store.runInForce(ofSlide: slide.id)
            var carried = 0
            if let force { carried = try await store.carryReviews(from: force.id, to: run.id) }
            let left = try await store.leftReviews(ofRun: run.id)
            // Runs compare only when both know which grains are seen twice.
            await survey.judge(run.id, ofSlide: slide.id)
            let difference: RunDifference? =
                if let force, force.id != run.id {
                    try await self.difference(ofSlide: slide.name, run: force.id, to: run.id)
                } else { nil }
            change(reanalysis: id) {
                $0.difference = difference
                $0.reviewsCarried = carried
                $0.reviewsLeft = left.map {
                    LeftReviewReport(review: ReviewReport($0.review), capture: $0.capture, reason: $0.reason)
                }
                $0.state = failures.isEmpty ? .done : .failed
                $0.problem = failures.first
                $0.message = failures.isEmpty ? "done" : "\(failures.count) captures failed"
            }
        } catch where error is CancellationError || Task.isCancelled {
            guard !isStopping else { return }
            change(reanalysis: id) {
                $0.state = .stopped
                $0.message = "stopped; the run can be gone on with"
            }
        } catch {
            let problem =
                error as? Problem ?? (error as? StoreError).map { Problem($0) }
                ?? Problem(.internalError, "\(error)", hint: "report it")
            logger.error("reanalysis failed", metadata: ["job": "\(id)", "problem": "\(problem)"])
            change(reanalysis: id) {
                $0.state = .failed
                $0.problem = problem
                $0.message = problem.detail
            }
        }
    }

    /// The run to fill, its lens and its settings.
    private func begin(
        _ slide: Slide, _ request: ReanalysisRequest, agent: Agent
    ) async throws -> (Run, NeuralLens, CountingSettings) {
        if let id = request.run {
            let run = try await store.run(id)
            return (run, try await lens(run.lens.sha256), CountingSettings(stored: run.settings))
        }
        let lens = try await lens(request.lensDigest)
        var settings = CountingSettings()
        settings.minimumConfidence = request.minimumConfidence
        settings.minimumAreaSquareMicrometres = request.minimumAreaUm2
        if let border = request.border { settings.borderRule = BorderRule(rawValue: border.rawValue) ?? .twoEdges }
        let run = try await store.beginRun(
            ofSlide: slide.id, lens: LensIdentity(name: lens.manifest.name, sha256: lens.digest),
            engineVersion: Self.version, settings: settings.stored(with: lens.manifest), by: agent)
        return (run, lens, settings)
    }

    /// - Returns: why the capture could not be analysed, which is stored too.
    private func reanalyse(
        _ id: Capture.ID, run: Run, _ lens: NeuralLens, _ settings: CountingSettings
    ) async throws -> Problem? {
        let capture = try await store.capture(id)
        let input = try await store.picture(ofCapture: id, kind: PictureRecord.input).png
        reanalysisHeartbeat.begin()
        work.begin()
        defer {
            work.end()
            reanalysisHeartbeat.end()
        }
        do {
            let output = try await analysis.run(
                FieldAnalysis(lens: lens, settings: settings), id: id, input: input, bitDepth: capture.bitDepth,
                nmPerPixel: capture.scale?.nmPerPixel, heartbeat: reanalysisHeartbeat)
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

    private func lensFolder(_ digest: String) throws(Problem) -> String? {
        if case .ready(let lens) = lens, lens.digest == digest { return nil }
        return try lenses.completeLens(digest)
    }

    /// The lens of a digest, or the one in use.
    private func lens(_ digest: String?) async throws(Problem) -> NeuralLens {
        if let digest, let folder = try lensFolder(digest) {
            let threads = configuration.threads
            return try await computed(on: analysisThread) { (_) throws(Problem) in
                do throws(LensError) {
                    return try NeuralLens(folder: folder, threads: threads)
                } catch {
                    throw Problem(.lensRefused, error.message, hint: error.hint)
                }
            }
        }
        guard case .ready(let lens) = lens else {
            throw Problem(.lensRefused, "no lens is in use", hint: "name one with --lens")
        }
        return lens
    }

    func change(reanalysis id: String, _ body: (inout ReanalysisJob) -> Void) {
        guard var job = reanalyses[id] else { return }
        body(&job)
        job.revision += 1
        reanalyses[id] = job
        reanalysisNews.fire()
        journal.publish(.reanalysis, job)
    }

    package func reanalysis(_ id: String, after revision: Int?, timeout: Duration) async throws(Problem)
        -> ReanalysisJob
    {
        let deadline = ContinuousClock.now + timeout
        while true {
            let version = reanalysisNews.version
            guard let job = reanalyses[id] else {
                throw Problem(
                    .jobNotFound, "no reanalysis \(id) is known",
                    hint: "jobs are forgotten when the daemon restarts; `neurallens slide runs NAME` lists the runs")
            }
            guard let revision, job.revision <= revision, !job.state.isFinal, !Task.isCancelled,
                ContinuousClock.now < deadline
            else {
                return job
            }
            await reanalysisNews.wait(since: version, until: deadline)
        }
    }

    package func stopReanalysis(_ id: String, by peer: Peer) async throws(Problem) -> ReanalysisJob {
        let job = try await reanalysis(id, after: nil, timeout: .zero)
        if job.state == .queued {
            change(reanalysis: id) {
                $0.state = .stopped
                $0.message = "stopped before it began"
            }
        }
        runningReanalyses[id]?.cancel()
        logger.notice("reanalysis stopped", metadata: ["job": "\(id)", "peer": "\(peer)"])
        return try await reanalysis(id, after: job.revision, timeout: .seconds(10))
    }

    // MARK: Runs

    package func runs(ofSlide name: String) async throws(Problem) -> [RunReport] {
        let runs = try await found { () throws(StoreError) in
            try await store.runs(ofSlide: try await store.slide(named: name).id)
        }
        var reports: [RunReport] = []
        for run in runs {
            let counts = try await found { () throws(StoreError) in try await store.counts(ofRun: run.id) }
            let byKey = Dictionary(uniqueKeysWithValues: counts.map { ($0.species, $0.grains) })
            let settings = CountingSettings(stored: run.settings)
            reports.append(
                RunReport(
                    id: run.id, lens: run.lens.name, lensDigest: run.lens.sha256,
                    settings: RunSettings(
                        minimumConfidence: settings.minimumConfidence,
                        minimumAreaUm2: settings.minimumAreaSquareMicrometres,
                        border: RunSettings.Border(rawValue: settings.borderRule.rawValue)),
                    startedAt: Self.iso8601(run.begunAt), capturesDone: run.done,
                    capturesTotal: run.done + run.failed + run.missing, isInForce: run.isInForce,
                    counts: await names(of: counts, run: run).map {
                        ControlAPI.SpeciesCount(species: $0.name, key: $0.key, grains: byKey[$0.key] ?? 0)
                    },
                    unidentified: byKey[Grain.unidentified] ?? 0))
        }
        return reports
    }

    package func difference(ofSlide name: String, run: Int64, to other: Int64) async throws(Problem) -> RunDifference {
        let (slide, runs) = try await found { () throws(StoreError) in
            let slide = try await store.slide(named: name)
            return (slide, try await store.runs(ofSlide: slide.id))
        }
        func known(_ id: Int64) throws(Problem) -> Run {
            guard let run = runs.first(where: { $0.id == id }) else {
                throw Problem(
                    .runNotFound, "the slide \"\(slide.name)\" has no run \(id)",
                    hint: "`neurallens slide runs NAME` lists its runs")
            }
            return run
        }
        let (first, second) = (try known(run), try known(other))
        let one = try await grains(ofRun: first.id), two = try await grains(ofRun: second.id)
        let comparison = await exportThread.run { RunComparison(one, two) }
        var names = await species(ofLens: first.lens.sha256).map { ($0.key, $0.name) }
        for other in await species(ofLens: second.lens.sha256) where !names.contains(where: { $0.0 == other.key }) {
            names.append((other.key, other.name))
        }
        names += comparison.species.filter { key in key != Grain.unidentified && !names.contains { $0.0 == key } }
            .map { ($0, $0) }
        names.append((Grain.unidentified, Grain.unidentified))
        return RunDifference(
            slide: slide.name, first: RunReference(first), second: RunReference(second),
            species: names.map { key, name in comparison.difference(of: key, name: name) })
    }
}
