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

    let store: SlideStore
    let logger: Logger
    private let readingThread = WorkThread("neurallens.store.reading")
    private let checkingThread = WorkThread("neurallens.store.checking")
    private nonisolated let isStopped = Atomic(false)

    private var snapshot: (held: StoreSnapshot, usedAt: ContinuousClock.Instant)?
    /// Files of slides that are held with it, by the snapshot's name.
    private var slides: [String: StoreSnapshot] = [:]
    /// Pictures of an earlier version that are on their way to files of their own.
    private(set) var move: PictureMoveReport?
    private var mover: Task<Void, Never>?
    private let movingThread = WorkThread("neurallens.store.moving")
    private var check: StoreCheckJob? { didSet { news.fire() } }
    /// Fires with every change of the check.
    private let news = Signal()

    // Slides that leave: see `StoreCare+Transfers`.
    let transferThread = WorkThread("neurallens.store.transfers")
    var transfers: [String: SlideTransferJob] = [:]
    var transferOrder: [String] = []
    /// Fires with every change of a transfer.
    let transferNews = Signal()
    /// Where slides are archived; nil: nowhere.
    private(set) var archiveFolder: String?
    /// After how many days pictures are not kept any more; nil: never.
    private(set) var keepPicturesDays: Int?
    /// Called when a slide's pictures went or came.
    private(set) var onTransfer: (@Sendable (Slide.ID) -> Void)?

    init(store: SlideStore, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    nonisolated var isEnding: Bool { isStopped.load(ordering: .relaxed) }

    /// What the configuration says.
    func use(archive: String?, keepPicturesDays days: Int?) {
        archiveFolder = archive
        keepPicturesDays = days
    }

    /// Begins to look after the slides' files.
    func start(onTransfer: @escaping @Sendable (Slide.ID) -> Void) async {
        self.onTransfer = onTransfer
        await lookAfter(isStart: true)
    }

    /// Ends what is under way.
    func stop() {
        isStopped.store(true, ordering: .relaxed)
        mover?.cancel()
        release()
    }

    // MARK: Pictures of earlier versions

    /// Goes on with the move of pictures to files of their own, beside everything else, until all is moved.
    func takeUpMove() {
        guard mover == nil else { return }
        mover = Task { await movePictures() }
    }

    private func movePictures() async {
        var backoff = Backoff(first: .seconds(1), longest: .seconds(60))
        var total: Int?
        while !Task.isCancelled {
            let store = store
            let result = await movingThread.run { () -> Result<PictureMove?, any Error> in
                Result {
                    try store.movePictures { now in
                        Task { await self.note(now) }
                        return !self.isStopped.load(ordering: .relaxed)
                    }
                }
            }
            switch result {
            case .success(let end):
                if let end, (total ?? 0) > 0 || end.left > 0 {
                    let bytes = try? await store.totals().bytes
                    logger.notice(
                        "pictures of an earlier version are in files of their own now",
                        metadata: ["left": "\(end.left)", "store_bytes": "\(bytes ?? 0)"])
                }
                for damaged in end?.damaged ?? [] {
                    logger.error("not what was stored, and left where it is", metadata: ["picture": "\(damaged)"])
                }
                move = nil
                return
            case .failure(is CancellationError): return
            case .failure(let error):
                let problem = Self.problem(error)
                if move?.problem != problem {
                    logger.error(
                        "pictures of an earlier version are moved later",
                        metadata: ["error": "\(problem.detail)", "remedy": "\(problem.hint)"])
                }
                total = total ?? move?.left
                move?.problem = problem
                try? await Task.sleep(for: backoff.pause())
            }
            total = total ?? 0
        }
    }

    /// Where it is, every now and then in the log too.
    private func note(_ now: PictureMove) {
        guard mover != nil, !isStopped.load(ordering: .relaxed) else { return }
        let total = (move?.left ?? now.left) + (move?.done ?? 0)
        let isNew = move == nil
        let done = total - now.left
        let tenth = total > 0 && done * 10 / total != (move?.done ?? 0) * 10 / total
        move = PictureMoveReport(left: now.left, leftBytes: now.leftBytes, done: done)
        if isNew || tenth {
            logger.notice(
                "pictures of an earlier version go to files of their own",
                metadata: ["done": "\(done)", "left": "\(now.left)", "left_bytes": "\(now.leftBytes)"])
        }
    }

    // MARK: Snapshots

    /// The one that is held, or a new one: what a client fetched before its connection broke stays of use.
    func begin() async throws(Problem) -> SnapshotReport {
        if let held = snapshot?.held {
            snapshot?.usedAt = .now
            return SnapshotReport(held, try await states())
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
        return SnapshotReport(taken, try await states())
    }

    private func states() async throws(Problem) -> [SlideFileReport] {
        let store = store
        return try await read { () throws(StoreError) in
            try store.slideFileStates().map {
                SlideFileReport(
                    slide: $0.slide, bytes: $0.bytes, head: $0.head, headBytes: SlideStore.SlideFileState.headBytes)
            }
        }
    }

    /// Holds a slide's file as part of a snapshot, as it is now.
    func begin(slide: Int64, in id: String) async throws(Problem) -> SnapshotReport {
        _ = try held(id)
        if let held = slides["\(id).\(slide)"] { return SnapshotReport(held) }
        let store = store
        let taken = try await read { () throws(StoreError) in try store.snapshot(ofSlide: slide, in: id) }
        guard snapshot?.held.id == id, slides[taken.id] == nil else {
            taken.release()
            return try await begin(slide: slide, in: id)
        }
        slides[taken.id] = taken
        return SnapshotReport(taken)
    }

    /// Whether a copy is being made.
    var isCopied: Bool { snapshot != nil }

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
        if let slide = slides.removeValue(forKey: id) { slide.release() } else { release() }
    }

    private func release() {
        for held in slides.values { held.release() }
        slides = [:]
        snapshot?.held.release()
        snapshot = nil
    }

    private func held(_ id: String) throws(Problem) -> StoreSnapshot {
        guard let held = slides[id] ?? snapshot?.held, held.id == id else {
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
        let found = await news.job(after: revision, timeout: timeout) { check.flatMap { $0.id == id ? $0 : nil } }
        guard let found else {
            throw Problem(.jobNotFound, "no check \(id) is known", hint: "begin one with neurallens store check")
        }
        return found
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
            (job.faults, job.remarks, job.repairs) = (report.faults, report.remarks, report.repairs)
        case .failure(is CancellationError):
            job.state = .failed
            job.problem = Problem(.shuttingDown, "the check was not ended", hint: "begin it again")
        case .failure(let error):
            job.state = .failed
            job.problem = Self.problem(error)
        }
        for fault in job.faults { logger.error("store check", metadata: ["fault": "\(fault)"]) }
        for repair in job.repairs { logger.notice("store check", metadata: ["repair": "\(repair)"]) }
        check = job
    }
}

extension SnapshotReport {
    init(_ snapshot: StoreSnapshot, _ slides: [SlideFileReport] = []) {
        self.init(
            id: snapshot.id, takenAt: Microscope.iso8601(snapshot.takenAt), bytes: snapshot.bytes,
            blockBytes: StoreSnapshot.blockBytes, blocks: snapshot.blocks, slides: slides)
    }
}
