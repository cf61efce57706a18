internal import Camera
package import ControlAPI
internal import Foundation
internal import Grains
internal import Imaging
internal import Lens
package import Logging
internal import Quantities
internal import Simulation
internal import SlideStore
internal import Stage
internal import Synchronization

/// The instrument: a source of frames, a lens and a store, and the queue of captures between them.
///
/// A field takes one way. A trigger gives a frame; the frame is stored and committed as the capture's input; the lens
/// reads that stored input; its pictures and grains are stored in one transaction. Captures found unfinished at start
/// enter at the third step, so that nothing differs for a daemon that was killed.
package actor Microscope {
    package static let version = "0.1.0"

    let logger: Logger
    private let folder: StateFolder
    let store: SlideStore
    let care: StoreCare
    /// What was last told of the database's file.
    var storeFault: StoreError?
    /// What was last told of the room on its disk.
    var isRoomLow = false
    private(set) var configuration: MicroscopeConfiguration
    private(set) var source: any FrameSource
    /// Which lens counts.
    let turret: LensTurret
    nonisolated var lens: LensInUse { turret.inUse }
    let startedAt = ContinuousClock.now

    /// Stage timings of captures made by this run.
    let timings = TimingBook()
    /// Asked by the live view, which steps back for captures.
    let work = CaptureWork()
    let storeThread = WorkThread("neurallens.store")
    /// What clients read.
    package nonisolated let book: SlideBook
    /// The lens and what it has still to look at.
    private(set) lazy var analysis = Analysis(
        store: store, turret: turret, work: work, timings: timings, heartbeat: heartbeat, thread: analysisThread,
        logger: logger
    ) { [weak self] in await self?.hear($0) }
    let analysisThread = WorkThread("neurallens.analysis")
    private let heartbeat = Heartbeat()
    /// The camera's turn and the jobs.
    private(set) lazy var captures = CaptureQueue(
        store: store, source: source, work: work, timings: timings, journal: journal, storeThread: storeThread,
        logger: logger, motor: motor,
        surroundings: CaptureQueue.Surroundings(
            scale: { [weak self] frame throws(Problem) in try await self?.scale(of: frame) },
            flatField: { [weak self] frame throws(Problem) in try await self?.flatField(of: frame) },
            report: { [weak self] capture throws(Problem) in
                guard let self else { throw Problem(.shuttingDown, "the daemon is stopping", hint: "ask it again") }
                return try await self.book.report(capture: capture)
            },
            nextPlanned: { [book] slide, band throws(Problem) in
                try await book.nextPlannedPlace(ofSlide: slide, band: band)
            },
            stored: { [weak self] in await self?.analysis.add($0) }))
    /// Moves slide and focus, where there is one.
    nonisolated let motor: Motor
    /// Rectangles that the motor goes over.
    private(set) lazy var scanning = ScanKeeper(store: store, captures: captures, motor: motor, logger: logger)
    /// When the next capture is due.
    private(set) lazy var plans = PlanKeeper(
        store: store, captures: captures, analysis: analysis, journal: journal, logger: logger
    ) { [weak self] in try await self?.fulfilment(of: $0) }
    private(set) var isStopping = false

    /// Where fields lie, and what they show twice.
    private(set) lazy var survey = Survey(store: store, heartbeat: surveyHeartbeat, logger: logger) { [weak self] in
        await self?.surveyed($0)
    }
    private let surveyHeartbeat = Heartbeat()
    /// The latest order for the camera's mode.
    var lastModeChange: Task<Result<CameraReport, Problem>, Never>?

    /// Lenses that clients brought or that were taught here.
    let lenses: LensLibrary
    let knownLenses: KnownLenses
    /// Runs beside the one that counts.
    private(set) lazy var reanalyses = Reanalyses(
        book: book, turret: turret, analysis: analysis, survey: survey, work: work, heartbeat: reanalysisHeartbeat,
        journal: journal, logger: logger)
    private let reanalysisHeartbeat = Heartbeat()
    /// Lenses that are taught from labels.
    private(set) lazy var teachings = Teachings(
        book: book, stateFolder: configuration.stateDirectory, work: work, journal: journal, logger: logger
    ) { [turret] in turret.inUse.now.folder }
    /// Grains that nobody identified, by likeness.
    private(set) lazy var unknownGrains = UnknownGrains(
        book: book, turret: turret, work: work, logger: logger)

    /// What happened, for clients that follow.
    let journal: EventJournal
    private var toldStatus: ServiceStatus?
    private(set) lazy var live = LiveView(
        subject: LiveView.Subject(source: source, lens: lens.state), work: work, journal: journal, logger: logger
    ) { [weak self] frame in
        try? await self?.scale(of: frame)?.nmPerPixel
    }

    private var wallClock: WallClock
    private var ticker: Task<Void, Never>?

    // MARK: Opening

    /// Opens the store, the source and the lens. A lens that is refused and a camera that is absent are states, not
    /// errors; a store that cannot be opened is an error.
    ///
    /// - Parameter journal: gets what happens; the log's handler may write to the same one.
    package init(
        configuration: MicroscopeConfiguration, logger: Logger, journal: EventJournal = EventJournal()
    ) async throws(Problem) {
        self.logger = logger
        self.journal = journal
        self.configuration = configuration
        motor = Motor(configuration.motor)
        do {
            folder = try StateFolder(configuration.stateDirectory, logger: logger)
            store = try SlideStore(
                at: configuration.stateDirectory + "/slides.sqlite", progress: Self.toldEachSecond(logger))
        } catch {
            throw Problem(error)
        }
        care = StoreCare(store: store, logger: logger)
        wallClock = WallClock(folder: configuration.stateDirectory)
        lenses = LensLibrary(folder: configuration.stateDirectory + "/lenses")
        knownLenses = KnownLenses(folder: configuration.stateDirectory + "/known-lenses")
        source = try await Self.openSource(configuration.camera, store: store, logger: logger)
        turret = LensTurret(store: store, library: lenses, known: knownLenses, logger: logger)
        await turret.use(lensFolder: configuration.lensFolder, threads: configuration.threads)
        book = SlideBook(store: store, lens: turret.inUse, lenses: lenses, knownLenses: knownLenses, timings: timings)
        for remark in await source.remarks() {
            logger.notice("about the source", metadata: ["source": "\(source.name)", "remark": "\(remark)"])
        }
    }

    /// A large store of an earlier format takes a while to open.
    private static func toldEachSecond(_ logger: Logger) -> @Sendable (Double) -> Void {
        let told = Mutex(ContinuousClock.now)
        return { share in
            let isDue = told.withLock { told in
                guard ContinuousClock.now - told >= .seconds(1) else { return false }
                told = .now
                return true
            }
            guard isDue else { return }
            logger.notice(
                "the database is being brought to the format of this version",
                metadata: ["done": "\(Int(saturating: share * 100)) %"])
        }
    }

    private static func openSource(
        _ text: String, store: SlideStore, logger: Logger
    ) async throws(Problem) -> any FrameSource {
        let chosen = await rememberedMode(of: text, in: store, logger)
        do {
            switch try CameraSourceSpecification(parsing: text) {
            case .simulated(let seed): return SimulatedMicroscope(seed: seed)
            case .folder(let path): return try FolderSource(folder: path)
            case .device(let path): return try V4L2Source(path: path, chosen: chosen, logger: logger)
            }
        } catch {
            throw Problem(error)
        }
    }

    // MARK: Running

    /// Takes up captures, jobs and plans that an earlier run left unfinished, and waits for work.
    package func start() async throws(Problem) {
        do {
            if hasLens { try await store.takeUpAgain(failed: Self.forAnotherLens) }
            let unfinished = try await persistently(for: .seconds(5)) { () throws(StoreError) in
                try await store.pendingCaptures()
            }
            if !unfinished.isEmpty {
                logger.notice("taking up unfinished captures", metadata: ["captures": "\(unfinished.count)"])
            }
            for capture in unfinished { await analysis.add(capture) }
            try await captures.takeUp()
            try await survey.takeUp()
            await care.use(archive: configuration.archiveFolder, keepPicturesDays: configuration.keepPicturesDays)
            await care.start { [weak self] slide in
                // What was not surveyed for want of pictures is now.
                Task { await self?.survey.look(at: slide) }
            }
            await care.takeUpMove()
            let absence = wallClock.absence
            if case .moved(let seconds) = absence {
                await noteWallClock(movedBy: seconds, "while the daemon was not running")
            }
            try await scanning.takeUp()
            try await plans.takeUp(after: absence)
            try await teachings.takeUp()
            markWallClock()
        } catch {
            throw Problem(error)
        }
        ticker = Task { [weak self] in
            var round = 0
            while !Task.isCancelled, let self {
                await self.watchStore()
                if round % 10 == 0 { await self.watchRoom() }
                round += 1
                // Pictures grow old by days.
                if round % 3600 == 0 { Task { await self.care.lookAfter(isStart: false) } }
                await self.watchWallClock()
                await self.tellStatus()
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// Tells where the wall clock was moved: intervals do not follow it, times that are stored do.
    private func watchWallClock() async {
        guard let seconds = wallClock.movement() else { return }
        await noteWallClock(movedBy: seconds, "while the daemon was running")
        await captures.wallClockMoved(by: seconds)
        await plans.wallClockMoved(by: seconds)
        markWallClock()
    }

    private func noteWallClock(movedBy seconds: Double, _ when: String) async {
        let figure = "\(Int(saturating: seconds.rounded()))"
        logger.warning("the wall clock was moved", metadata: ["seconds": "\(figure)", "when": "\(when)"])
        do {
            try await store.log("wall clock moved", by: .current, detail: ["seconds": figure, "when": when])
        } catch {
            logger.error("movement of the wall clock not noted", metadata: ["error": "\(error)"])
        }
    }

    /// Once plans follow the clock as it is now.
    private func markWallClock() {
        do {
            try wallClock.leaveMark()
        } catch {
            logger.warning("the wall clock is not watched beyond this run", metadata: ["error": "\(error)"])
        }
    }

    /// Where clients follow, tells them of another state of camera, lens or queue.
    func tellStatus() async {
        guard journal.isFollowed, let status = try? await status() else { return }
        guard
            status.camera != toldStatus?.camera || status.lens != toldStatus?.lens || status.queue != toldStatus?.queue
                || status.species != toldStatus?.species
        else { return }
        toldStatus = status
        journal.publish(.status, status)
    }

    /// Ends within `patience`: nothing is waited for that computes, captured inputs stay stored for the next start. A
    /// camera that does not answer is not waited for any longer.
    package func stop(patience: Duration = .milliseconds(800)) async {
        isStopping = true
        await live.shut()
        ticker?.cancel()
        let (plans, captures, analysis, survey, reanalyses) = (plans, captures, analysis, survey, reanalyses)
        let teachings = teachings
        let unknownGrains = unknownGrains
        let scanning = scanning
        let hasEnded = Wait<Bool>()
        Task {
            async let analysed: Void = analysis.stop()
            async let surveyed: Void = survey.stop()
            async let reanalysed: Void = reanalyses.stop()
            await unknownGrains.stop()
            await teachings.stop()
            await scanning.stop()
            await plans.stop()
            await captures.stop()
            await analysed
            await surveyed
            await reanalysed
            hasEnded.finish(true)
        }
        let isOver = await hasEnded.answer(until: .now + patience, otherwise: false)
        await captures.park()
        await reanalyses.park()
        await care.stop()
        if isOver {
            await source.close()
            await motor.stage?.close()
            closeStore()
            folder.release()
        }
    }

    /// An orderly end leaves one file that is complete by itself. Those who still ask get an error.
    private func closeStore() {
        do {
            try store.close()
        } catch {
            logger.warning("the database is not closed", metadata: ["error": "\(error)"])
        }
    }

    /// Replaces what changed: the lens is loaded again, the source reopened only if another one is named.
    package func reload(_ new: MicroscopeConfiguration) async {
        var new = new
        new.stateDirectory = configuration.stateDirectory
        if new.camera != configuration.camera {
            do {
                let replacement = try await Self.openSource(new.camera, store: store, logger: logger)
                await source.close()
                source = replacement
                await captures.use(replacement)
            } catch {
                logger.error("camera not replaced", metadata: ["camera": "\(new.camera)", "error": "\(error)"])
                new.camera = configuration.camera
            }
        }
        configuration = new
        await motor.use(new.motor)
        await care.use(archive: new.archiveFolder, keepPicturesDays: new.keepPicturesDays)
        await turret.use(lensFolder: new.lensFolder, threads: new.threads)
        await followLens()
    }

    /// After another lens, or the same once more, has come into force.
    func followLens() async {
        await live.use(LiveView.Subject(source: source, lens: lens.state))
        await takeUpWithoutLens()
        await tellStatus()
    }

    /// For all slides or for some.
    private var hasLens: Bool {
        let now = lens.now
        if case .ready = now.state { return true }
        return !now.ofSlides.isEmpty
    }

    /// Kinds of problems that a lens, or another one, ends.
    private static let forAnotherLens = [Problem.Kind.lensRefused, .fieldUnfit].map(\.rawValue)

    /// Fields that were captured while there was no lens are analysed once there is one.
    private func takeUpWithoutLens() async {
        guard hasLens else { return }
        do {
            let waiting = try await store.takeUpAgain(failed: Self.forAnotherLens)
            for capture in waiting { await analysis.add(capture) }
            guard !waiting.isEmpty else { return }
            logger.notice("fields that waited for a lens are analysed", metadata: ["captures": "\(waiting.count)"])
        } catch {
            logger.error("fields that waited for a lens are not taken up", metadata: ["error": "\(error)"])
        }
    }

    /// Whether requests are answered: a reading goes the way that theirs go, and never comes back where that hangs. What
    /// the store says does not matter; no restart heals a disk.
    package var answers: Bool {
        get async {
            _ = await live.state()
            _ = await captures.isStopping
            _ = try? await store.totals()
            return true
        }
    }

    /// Whether all that computes makes progress: idle, or a tile was finished within the last two minutes.
    package nonisolated var isAlive: Bool {
        heartbeat.isAlive && surveyHeartbeat.isAlive && reanalysisHeartbeat.isAlive
    }
}
