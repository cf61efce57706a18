internal import ControlAPI
internal import Digest
internal import Foundation
internal import Logging
internal import SlideStore

/// Slides that leave, one after the other on a thread of their own.
extension StoreCare {
    /// Transfers whose end is remembered.
    private static let kept = 50

    func transfer(
        _ slide: Slide, _ direction: SlideTransferJob.Direction, by peer: Peer
    ) throws(Problem) -> SlideTransferJob {
        if let running = transfers.values.first(where: { $0.slide == slide.name && !$0.state.isFinal }) {
            throw Problem(
                .storeBusy,
                "the pictures of the slide \"\(slide.name)\" are on their way already (\(running.direction))",
                hint: "wait for their end")
        }
        if direction == .archive { try requireNoCopy("archived") }
        let job = SlideTransferJob(id: randomIdentifier(), slide: slide.name, direction: direction)
        transfers[job.id] = job
        transferOrder.append(job.id)
        while transferOrder.count > Self.kept, transfers[transferOrder[0]]!.state.isFinal {
            transfers[transferOrder.removeFirst()] = nil
        }
        let (store, archive, agent) = (store, archiveFolder, Agent(peer))
        Task {
            let result = await transferThread.run { () -> Result<Int64, any Error> in
                Result {
                    let progress = { (fraction: Double) -> Bool in
                        Task { await self.noteTransfer(job.id, fraction) }
                        return !self.isEnding
                    }
                    return switch direction {
                    case .archive: try store.archive(slide: slide.id, to: archive, by: agent, progress: progress)
                    case .restore: try store.restore(slide: slide.id, from: archive, by: agent, progress: progress)
                    }
                }
            }
            finish(job.id, result)
            if case .success = result { onTransfer?(slide.id) }
        }
        return job
    }

    func transfer(_ id: String, after revision: Int?, timeout: Duration) async throws(Problem) -> SlideTransferJob {
        guard let job = await transferNews.job(after: revision, timeout: timeout, { transfers[id] }) else {
            throw Problem(
                .jobNotFound, "no transfer \(id) is known", hint: "neurallens slide list says where pictures are")
        }
        return job
    }

    /// - Returns: bytes of pictures that went.
    func delete(_ slide: Slide, by peer: Peer) async throws(Problem) -> Int64 {
        try requireNoCopy("deleted")
        let (store, archive, agent) = (store, archiveFolder, Agent(peer))
        do {
            return try await transferThread.run {
                Result { try store.delete(slide: slide.id, archive: archive, by: agent) }
            }.get()
        } catch {
            throw Self.problem(error)
        }
    }

    private func requireNoCopy(_ what: String) throws(Problem) {
        guard isCopied else { return }
        throw Problem(
            .storeBusy, "a backup is being made, and no slide can be \(what) meanwhile",
            hint: "try again when it is over")
    }

    private func noteTransfer(_ id: String, _ fraction: Double) {
        guard var job = transfers[id], !job.state.isFinal, fraction - job.fraction >= 0.01 else { return }
        job.fraction = fraction
        job.revision += 1
        transfers[id] = job
        transferNews.fire()
    }

    private func finish(_ id: String, _ result: Result<Int64, any Error>) {
        guard var job = transfers[id] else { return }
        job.revision += 1
        switch result {
        case .success(let bytes):
            (job.state, job.fraction, job.bytes) = (.done, 1, bytes)
            logger.notice(
                job.direction == .archive ? "slide archived" : "slide restored",
                metadata: ["slide": "\(job.slide)", "bytes": "\(bytes)"])
        case .failure(let error):
            job.state = .failed
            job.problem = Self.problem(error)
            logger.error(
                job.direction == .archive ? "slide not archived" : "slide not restored",
                metadata: ["slide": "\(job.slide)", "error": "\(job.problem!.detail)"])
        }
        transfers[id] = job
        transferNews.fire()
    }

    static func problem(_ error: any Error) -> Problem {
        if error is CancellationError {
            return Problem(.shuttingDown, "it was not brought to its end, and all is as it was", hint: "begin it again")
        }
        return (error as? StoreError).map { Problem($0) } ?? Problem(.internalError, "\(error)", hint: "report it")
    }

    // MARK: What time brings

    /// Removes what kills left, and pictures that are old enough.
    func lookAfter(isStart: Bool) async {
        let (store, archive, days) = (store, archiveFolder, keepPicturesDays)
        let result = await transferThread.run { () -> Result<[(Slide, Int64)], any Error> in
            Result {
                try store.sweep(isStart: isStart, archive: archive)
                guard let days else { return [] }
                var thinned: [(Slide, Int64)] = []
                for slide in try store.slidesToThin(olderThan: Date(timeIntervalSinceNow: -86_400 * Double(days))) {
                    if self.isEnding { break }
                    do {
                        thinned.append((slide, try store.removePictures(ofSlide: slide.id, keptFor: days)))
                    } catch let error as StoreError where error.code == .slideInUse { continue }
                }
                return thinned
            }
        }
        switch result {
        case .success(let thinned):
            for (slide, bytes) in thinned {
                logger.notice(
                    "pictures removed, as the configuration says",
                    metadata: ["slide": "\(slide.name)", "bytes": "\(bytes)", "kept_days": "\(days ?? 0)"])
            }
        case .failure(let error):
            logger.error("the files of slides are not looked after", metadata: ["error": "\(error)"])
        }
    }
}
