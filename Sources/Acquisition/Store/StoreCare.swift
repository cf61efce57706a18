internal import ControlAPI
internal import Digest
internal import Foundation
internal import Logging
internal import SlideStore
internal import Synchronization

/// Copies of the whole database, and looks at all of it, while everything else goes on.
actor StoreCare {
    /// How long a snapshot is held for a client that does not ask. A daemon that writes meanwhile does so into its log.
    private static let patience = Duration.seconds(60)

    private let store: SlideStore
    private let logger: Logger
    private let readingThread = WorkThread("neurallens.store.reading")
    private let checkingThread = WorkThread("neurallens.store.checking")
    private nonisolated let isStopped = Atomic(false)

    private var snapshot: (held: StoreSnapshot, usedAt: ContinuousClock.Instant)?
    private var check: StoreCheckJob? { didSet { news.fire() } }
    /// Fires with every change of the check.
    private let news = Signal()

    init(store: SlideStore, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    /// Ends what is under way.
    func stop() {
        isStopped.store(true, ordering: .relaxed)
        release()
    }

    // MARK: Snapshots

    /// The one that is held, or a new one: what a client fetched before its connection broke stays of use.
    func begin() async throws(Problem) -> SnapshotReport {
        if let held = snapshot?.held {
            snapshot?.usedAt = .now
            return SnapshotReport(held)
        }
        let taken: StoreSnapshot
        do {
            taken = try await store.snapshot()
        } catch {
            throw Problem(error)
        }
        guard snapshot == nil else {
            taken.release()
            return try await begin()
        }
        snapshot = (taken, .now)
        Task { await forget(taken.id) }
        return SnapshotReport(taken)
    }

    func block(_ number: Int, of id: String) async throws(Problem) -> [UInt8] {
        let held = try held(id)
        return try await read { () throws(StoreError) in try held.block(number) }
    }

    func hashes(from: Int, count: Int, of id: String) async throws(Problem) -> BlockHashes {
        let held = try held(id)
        let wanted = max(0, from)..<min(held.blocks, max(0, from) + min(count, BlockHashes.limit))
        let hashes = try await read { () throws(StoreError) in
            var hashes: [String] = []
            for number in wanted { hashes.append(try held.hash(ofBlock: number)) }
            return hashes
        }
        return BlockHashes(from: from, hashes: hashes)
    }

    func end(_ id: String) throws(Problem) {
        _ = try held(id)
        release()
    }

    private func release() {
        snapshot?.held.release()
        snapshot = nil
    }

    private func held(_ id: String) throws(Problem) -> StoreSnapshot {
        guard let held = snapshot?.held, held.id == id else {
            throw Problem(
                .snapshotNotFound, "the database is no longer held as it was", hint: "begin the copy anew; it goes on")
        }
        snapshot?.usedAt = .now
        return held
    }

    private func read<Value: Sendable>(
        _ body: @escaping @Sendable () throws(StoreError) -> Value
    ) async throws(Problem) -> Value {
        do {
            return try await readingThread.run { Result { () throws(StoreError) in try body() } }.get()
        } catch {
            throw Problem(error)
        }
    }

    private func forget(_ id: String) async {
        while let (held, usedAt) = snapshot, held.id == id {
            let left = Self.patience - usedAt.duration(to: .now)
            if left <= .zero { return release() }
            try? await Task.sleep(for: left)
        }
    }

    // MARK: Checks

    /// Begins one, unless one is under way.
    func startCheck(repair: Bool) throws(Problem) -> StoreCheckJob {
        if let check, !check.state.isFinal {
            throw Problem(.storeBusy, "the database is being checked already", hint: "wait for its end")
        }
        let job = StoreCheckJob(id: randomIdentifier())
        check = job
        let store = store
        Task {
            let result = await checkingThread.run { () -> Result<StoreCheckReport, any Error> in
                Result {
                    try store.check(repair: repair) { stage, fraction in
                        Task { await self.note(stage, fraction) }
                        return !self.isStopped.load(ordering: .relaxed)
                    }
                }
            }
            finish(result)
        }
        return job
    }

    func check(_ id: String, after revision: Int?, timeout: Duration) async throws(Problem) -> StoreCheckJob {
        let deadline = ContinuousClock.now + timeout
        while true {
            let version = news.version
            guard let check, check.id == id else {
                throw Problem(.jobNotFound, "no check \(id) is known", hint: "begin one with neurallens store check")
            }
            guard let revision, check.revision <= revision, !check.state.isFinal, ContinuousClock.now < deadline,
                !Task.isCancelled
            else { return check }
            await news.wait(since: version, until: deadline)
        }
    }

    private func note(_ stage: String, _ fraction: Double) {
        guard var job = check, !job.state.isFinal, job.stage != stage || job.fraction != fraction else { return }
        (job.stage, job.fraction) = (stage, fraction)
        job.revision += 1
        check = job
    }

    private func finish(_ result: Result<StoreCheckReport, any Error>) {
        guard var job = check else { return }
        job.revision += 1
        switch result {
        case .success(let report):
            (job.state, job.fraction) = (.done, 1)
            (job.slides, job.captures) = (report.slides, report.captures)
            (job.pictures, job.pictureBytes) = (report.pictures, report.pictureBytes)
            (job.faults, job.repairs) = (report.faults, report.repairs)
        case .failure(is CancellationError):
            job.state = .failed
            job.problem = Problem(.shuttingDown, "the check was not ended", hint: "begin it again")
        case .failure(let error):
            job.state = .failed
            job.problem =
                (error as? StoreError).map { Problem($0) } ?? Problem(.internalError, "\(error)", hint: "report it")
        }
        for fault in job.faults { logger.error("store check", metadata: ["fault": "\(fault)"]) }
        for repair in job.repairs { logger.notice("store check", metadata: ["repair": "\(repair)"]) }
        check = job
    }
}

extension SnapshotReport {
    init(_ snapshot: StoreSnapshot) {
        self.init(
            id: snapshot.id, takenAt: Microscope.iso8601(snapshot.takenAt), bytes: snapshot.bytes,
            blockBytes: StoreSnapshot.blockBytes, blocks: snapshot.blocks)
    }
}
