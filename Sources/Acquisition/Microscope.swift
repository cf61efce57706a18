internal import Camera
package import ControlAPI
internal import Foundation
internal import Grains
internal import Imaging
internal import Lens
package import Logging
internal import Simulation
internal import SlideStore

/// The instrument: a source of frames, a lens and a store, and the queue of captures between them.
///
/// A field takes one way. A trigger gives a frame; the frame is stored and committed as the capture's input; the lens
/// reads that stored input; its pictures and grains are stored in one transaction. Captures found unfinished at start
/// enter at the third step, so that nothing differs for a daemon that was killed.
package actor Microscope {
    package static let version = "0.1.0"

    let logger: Logger
    let store: SlideStore
    private(set) var configuration: MicroscopeConfiguration
    private(set) var source: any FrameSource
    private(set) var lens: LensState
    let startedAt = ContinuousClock.now

    /// Jobs by id; ended ones are kept for clients that come back, oldest forgotten first.
    var jobs: [String: CaptureJob] = [:]
    var jobOrder: [String] = []
    /// What each job's captures waits for, by capture id.
    var jobOfCapture: [Int64: String] = [:]
    var runningJobs: [String: Task<Void, Never>] = [:]
    /// The latest job in line for the camera.
    var lastGrab: Task<Void, Never>?
    /// Stage timings of captures made by this run, by capture id.
    var timings: [Int64: CaptureReport.Timings] = [:]

    /// Captures whose input is stored and which the lens has not seen, oldest first.
    var pending: [Int64] = []
    var analysing: Int64?
    var analysisLoop: Task<Void, Never>?
    var isStopping = false
    /// When the analysis last made progress; the watchdog asks for it.
    let heartbeat = Heartbeat()
    /// Asked by the live view, which steps back for captures.
    let work = CaptureWork()
    let analysisThread = WorkThread("neurallens.analysis")
    let storeThread = WorkThread("neurallens.store")

    /// Where the fields of the slides worked on lately lie.
    var placedSlides: [PlacedSlide] = []
    /// The latest placing in line.
    var lastPlacing: Task<Result<PlacedSlide, Problem>, Never>?
    let placingThread = WorkThread("neurallens.placing")

    /// Lenses that clients brought for reanalyses.
    let lenses: LensLibrary
    /// Reanalyses by id, and their order; kept as jobs are.
    var reanalyses: [String: ReanalysisJob] = [:]
    var reanalysisOrder: [String] = []
    var runningReanalyses: [String: Task<Void, Never>] = [:]
    var lastReanalysis: Task<Void, Never>?

    /// What happened, for clients that follow.
    let journal: EventJournal
    /// When progress of a job was last told of.
    var toldAt: [String: ContinuousClock.Instant] = [:]
    private var toldStatus: ServiceStatus?
    private(set) lazy var live = LiveView(
        subject: LiveView.Subject(source: source, lens: lens), work: work, journal: journal, logger: logger
    ) { [weak self] frame in
        try? await self?.scale(of: frame)?.nmPerPixel
    }

    /// When the next slot of a plan is due; nil where no plan is running.
    var nextSlot: Date?
    /// Something happened that a plan may have waited for.
    var plansNeedALook = true
    let startedOn = Date()
    private var attendants: [Task<Void, Never>] = []

    enum LensState: Sendable {
        case none
        case ready(NeuralLens)
        case refused(folder: String, LensError)
    }

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
        do {
            store = try SlideStore(at: try Self.stateFile(in: configuration.stateDirectory))
        } catch {
            throw Problem(error)
        }
        lenses = LensLibrary(folder: configuration.stateDirectory + "/lenses")
        source = try Self.openSource(configuration.camera, logger: logger)
        lens = await Self.loadLens(configuration, on: analysisThread, logger: logger)
    }

    /// The database's path, in a folder that is made if it is not there.
    private static func stateFile(in folder: String) throws(StoreError) -> String {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw StoreError(
                .notAccessible, "the state folder \(folder) cannot be made: \(error.localizedDescription)",
                hint: "name another with --state-dir, or make it and give it to this user")
        }
        return folder + "/slides.sqlite"
    }

    static func openSource(_ text: String, logger: Logger) throws(Problem) -> any FrameSource {
        do {
            switch try CameraSourceSpecification(parsing: text) {
            case .simulated(let seed): return SimulatedMicroscope(seed: seed)
            case .folder(let path): return try FolderSource(folder: path)
            case .device(let path): return try V4L2Source(path: path, logger: logger)
            }
        } catch {
            throw Problem(error)
        }
    }

    private static func loadLens(
        _ configuration: MicroscopeConfiguration, on thread: WorkThread, logger: Logger
    ) async -> LensState {
        guard let folder = configuration.lensFolder else { return .none }
        let threads = configuration.threads
        let result = await thread.run { () -> Result<NeuralLens, LensError> in
            Result { () throws(LensError) in try NeuralLens(folder: folder, threads: threads) }
        }
        switch result {
        case .success(let lens):
            logger.info("lens ready", metadata: ["lens": "\(lens.manifest.name)", "sha256": "\(lens.digest)"])
            return .ready(lens)
        case .failure(let error):
            logger.error("lens refused", metadata: ["folder": "\(folder)", "error": "\(error)"])
            return .refused(folder: folder, error)
        }
    }

    // MARK: Running

    /// Takes up captures that an earlier run left unfinished, and waits for work.
    package func start() async throws(Problem) {
        do {
            for capture in try await store.pendingCaptures() { enqueue(capture.id) }
        } catch {
            throw Problem(error)
        }
        if !pending.isEmpty {
            logger.notice("taking up unfinished captures", metadata: ["captures": "\(pending.count)"])
        }
        analyseNext()
        attendants = [
            Task { [weak self] in
                while !Task.isCancelled, let self {
                    await self.attendPlans()
                    try? await Task.sleep(for: .milliseconds(200))
                }
            },
            Task { [weak self] in
                while !Task.isCancelled, let self {
                    await self.tellStatus()
                    try? await Task.sleep(for: .seconds(1))
                }
            },
        ]
    }

    /// Where clients follow, tells them of another state of camera, lens or queue.
    private func tellStatus() async {
        guard journal.isFollowed, let status = try? await status() else { return }
        guard status.camera != toldStatus?.camera || status.lens != toldStatus?.lens || status.queue != toldStatus?.queue
        else { return }
        toldStatus = status
        journal.publish(.status, status)
    }

    /// Ends within `patience`: the lens stops at its next tile, captured inputs stay stored for the next start. A camera
    /// that does not answer is not waited for any longer.
    package func stop(patience: Duration = .seconds(7)) async {
        isStopping = true
        heartbeat.stop()
        await live.shut()
        for task in attendants { task.cancel() }
        for task in Array(runningJobs.values) + Array(runningReanalyses.values) { task.cancel() }
        let work =
            Array(runningJobs.values) + Array(runningReanalyses.values) + [analysisLoop].compactMap(\.self)
        let deadline = ContinuousClock.now + patience
        let left = Remaining(work.count)
        for task in work {
            Task {
                await task.value
                left.decrease()
            }
        }
        while left.count > 0 && ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(20)) }
        for id in jobOrder where !jobs[id]!.state.isFinal {
            change(id) {
                $0.state = .parked
                $0.progress.message = "the daemon is stopping; stored fields are analysed at its next start"
            }
        }
        for id in reanalysisOrder where !reanalyses[id]!.state.isFinal {
            change(reanalysis: id) {
                $0.state = .parked
                $0.message = "the daemon is stopping; the run can be gone on with"
            }
        }
        if left.count == 0 { await source.close() }
    }

    /// Replaces what changed: the lens is loaded again, the source reopened only if another one is named.
    package func reload(_ new: MicroscopeConfiguration) async {
        var new = new
        new.stateDirectory = configuration.stateDirectory
        if new.camera != configuration.camera {
            do {
                let replacement = try Self.openSource(new.camera, logger: logger)
                await source.close()
                source = replacement
            } catch {
                logger.error("camera not replaced", metadata: ["camera": "\(new.camera)", "error": "\(error)"])
                new.camera = configuration.camera
            }
        }
        configuration = new
        lens = await Self.loadLens(new, on: analysisThread, logger: logger)
        await live.use(LiveView.Subject(source: source, lens: lens))
    }

    /// Whether the acquisition loop makes progress: idle, or a tile was finished within the last two minutes.
    package nonisolated var isAlive: Bool { heartbeat.isAlive }

    // MARK: Analysis

    /// A field that ends the daemon must not end it for ever.
    private static let maximumAttempts = 3

    /// A stored input that the lens is to look at.
    func enqueue(_ id: Int64) {
        pending.append(id)
        work.begin()
    }

    /// Starts the loop over pending captures unless it runs.
    func analyseNext() {
        guard analysisLoop == nil, !pending.isEmpty, !isStopping else { return }
        analysisLoop = Task {
            while !pending.isEmpty && !isStopping {
                let id = pending.removeFirst()
                analysing = id
                await analyse(id)
                analysing = nil
                work.end()
            }
            analysisLoop = nil
        }
    }

    private func analyse(_ id: Int64) async {
        heartbeat.begin()
        defer { heartbeat.end() }
        do {
            let lens: NeuralLens
            switch self.lens {
            case .ready(let ready): lens = ready
            case .none:
                throw Problem(
                    .lensRefused, "capture \(id) was stored and not analysed: no lens is set",
                    hint: "name a lens folder with --lens and capture again")
            case .refused(_, let error):
                throw Problem(
                    .lensRefused, "capture \(id) was stored and not analysed: \(error.message)", hint: error.hint)
            }
            let attempts = try await store.beginAnalysis(id)
            guard attempts <= Self.maximumAttempts else {
                throw Problem(
                    .lensFailed, "capture \(id) ended the daemon \(Self.maximumAttempts) times and is left alone",
                    hint:
                        "look at its input with `neurallens image \(id) input -o FILE.png` and at the log, and report it"
                )
            }
            let capture = try await store.capture(id)
            let input = try await store.picture(ofCapture: id, kind: PictureRecord.input).png
            note(stage: "lens", fraction: 0, of: id)
            let settings = CountingSettings()
            let output = try await run(
                FieldAnalysis(lens: lens, settings: settings), id: id, input: input,
                nmPerPixel: capture.scale?.nmPerPixel)
            let analysed = ContinuousClock.now
            note(stage: "results", fraction: 1, of: id)
            try await store.finish(
                id,
                with: CaptureResults(
                    output, lens: lens, settings: settings, stageSeconds: stageSeconds(id, output)))
            timings[id]?.resultsSeconds = analysed.duration(to: .now).seconds
            logger.info("capture analysed", metadata: ["capture": "\(id)", "grains": "\(output.grains.count)"])
            await placeIfLast(capture.slide)
            await settle(id)
        } catch let problem as Problem {
            await fail(id, problem)
        } catch let error as AnalysisError {
            switch error.code {
            // Stays unfinished in the store, and is taken up at the next start.
            case .cancelled: break
            case .unknownScale: await fail(id, Problem(.scaleUnknown, error.message, hint: error.hint))
            case .lens, .input: await fail(id, Problem(.lensFailed, error.message, hint: error.hint))
            }
        } catch let error as StoreError {
            await fail(id, Problem(error))
        } catch {
            await fail(id, Problem(.internalError, "capture \(id) failed: \(error)", hint: "report it"))
        }
    }

    func run(
        _ analysis: FieldAnalysis, id: Int64, input: [UInt8], nmPerPixel: Double?
    ) async throws -> FieldAnalysis.Output {
        let heartbeat = heartbeat
        return try await analysisThread.run {
            Result { () throws(AnalysisError) in
                try analysis.run(input: input, name: "the input of capture \(id)", nmPerPixel: nmPerPixel) { fraction in
                    heartbeat.beat()
                    Task { await self.note(stage: fraction < 1 ? "lens" : "grains", fraction: fraction, of: id) }
                    return !heartbeat.isStopped
                }
            }
        }.get()
    }

    private func stageSeconds(_ id: Int64, _ output: FieldAnalysis.Output) -> [String: Double] {
        var seconds = ["lens": output.lensSeconds, "grains": output.grainsSeconds, "pictures": output.picturesSeconds]
        seconds["grab"] = timings[id]?.grabSeconds
        seconds["store"] = timings[id]?.storeSeconds
        return seconds
    }

    private func fail(_ id: Int64, _ problem: Problem) async {
        logger.error("capture failed", metadata: ["capture": "\(id)", "problem": "\(problem)"])
        do {
            try await store.fail(id, kind: problem.kind, message: problem.detail, hint: problem.hint)
        } catch {
            // The capture stays unfinished: the next start tries again.
            logger.error("failure not stored", metadata: ["capture": "\(id)", "error": "\(error)"])
        }
        await settle(id)
    }
}
