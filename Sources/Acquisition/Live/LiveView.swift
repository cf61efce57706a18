internal import Camera
internal import ControlAPI
internal import Foundation
internal import Imaging
internal import Lens
internal import Logging
internal import Quantities

/// The picture that follows the stage: the newest frame in, pictures out, nothing queued.
///
/// It runs only while somebody watches. Frames come at the camera's rate; the lens looks at the newest one, as fast as it
/// goes, on a thread of its own, and steps back at its next tile while a capture is taken or analysed. Pictures are
/// encoded when a client asks and shared by all that ask for the same. What is counted here is shown and never stored.
actor LiveView {
    /// How long after the last sign of a viewer it goes on.
    static let patience = Duration.seconds(5)
    /// The longest that a request for a picture waits for a newer one.
    static let longestWait = Duration.seconds(10)
    /// From one published state to the next.
    private static let period = Duration.milliseconds(500)
    /// Between frames while a capture is under way, which needs the processor more.
    private static let courtesy = Duration.milliseconds(120)
    /// How long what was found of a field, its light and its focus, is taken to hold for those after it.
    private static let judgementHolds = Duration.seconds(1)

    /// What is looked at, and through what.
    struct Subject: Sendable {
        var source: any FrameSource
        var lens: LensInUse.State
    }

    /// The newest frame.
    struct Shot: Sendable {
        let frame: Frame
        var sequence: Int
        let nmPerPixel: Double?
    }

    private var subject: Subject
    private let scale: @Sendable (Frame) async -> Double?
    private let work: CaptureWork
    private let journal: EventJournal
    private let logger: Logger
    private let lensThread = WorkThread("neurallens.live.lens")
    private let statisticsThread = WorkThread("neurallens.live.statistics")
    let encoder = LivePictureEncoder()

    private var options = (lens: LiveOptions.Lens.auto, region: LiveOptions.Region.field)
    private(set) var shot: Shot?
    private(set) var look: LiveLook?
    private var sequence = 0
    private var choice = LiveModeChoice()
    /// Why the mode is not the richest; nil where it is.
    private var modeReason: String?
    /// Why the camera gives nothing.
    private var cameraProblem: Problem?
    /// Why the lens gives nothing.
    private var lensProblem: Problem?
    private var judged: (judgement: FieldJudgement, at: ContinuousClock.Instant)?
    private var statistics: LiveStatistics?
    private var statisticsAt: ContinuousClock.Instant?
    private var knownScale: (nmPerPixel: Double?, width: Int, height: Int, at: ContinuousClock.Instant)?
    private var droppedFrames = 0
    private var frameTimes = RateMeter(window: .seconds(2))
    private var lookTimes = RateMeter(window: .seconds(10))

    private var lastWatched: ContinuousClock.Instant?
    private var viewers: [String: ContinuousClock.Instant] = [:]
    /// When each view was last asked for.
    private var watchedViews: [LivePicture.View: ContinuousClock.Instant] = [:]
    private var running: (preview: Task<Void, Never>, lens: Task<Void, Never>, ticker: Task<Void, Never>)?
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var isShut = false

    init(
        subject: Subject, work: CaptureWork, journal: EventJournal, logger: Logger,
        scale: @escaping @Sendable (Frame) async -> Double?
    ) {
        self.subject = subject
        self.work = work
        self.journal = journal
        self.logger = logger
        self.scale = scale
    }

    // MARK: Who watches

    private var isWatched: Bool {
        journal.followers > 0 || lastWatched.map { $0.duration(to: .now) < Self.patience } ?? false
    }

    /// A sign of a viewer; begins where nothing runs.
    func watch(_ view: LivePicture.View? = nil, viewer: String? = nil) {
        let now = ContinuousClock.now
        lastWatched = now
        if let view { watchedViews[view] = now }
        if let viewer { viewers[viewer] = now }
        if running == nil, !isShut { start() }
    }

    /// For good: the daemon ends.
    func shut() {
        isShut = true
        stop()
    }

    private func start() {
        logger.debug("live view begins")
        droppedFrames = 0
        running = (Task { await follow() }, Task { await lookAgain() }, Task { await tick() })
    }

    /// Ends everything; the next viewer begins anew.
    func stop() {
        guard let running else { return }
        for task in [running.preview, running.lens, running.ticker] { task.cancel() }
        self.running = nil
        forgetPictures()
        frameTimes.clear()
        lookTimes.clear()
        statistics = nil
        cameraProblem = nil
        lensProblem = nil
        modeReason = nil
        viewers = [:]
        watchedViews = [:]
        logger.debug("live view ends")
        publish()
        wake()
    }

    /// Another camera or lens.
    func use(_ new: Subject) {
        let isWatched = running != nil
        stop()
        subject = new
        choice.forget()
        knownScale = nil
        if isWatched { watch() }
    }

    private func forgetPictures() {
        shot = nil
        look = nil
        judged = nil
        Task { [encoder] in await encoder.forget() }
    }

    private func tick() async {
        while !Task.isCancelled {
            guard isWatched else { return stop() }
            publish()
            wake()
            await encoder.forgetUnused()
            try? await Task.sleep(for: Self.period)
        }
    }

    private func publish() { journal.publish(live: state()) }

    // MARK: Frames

    private func follow() async {
        let source = subject.source
        var last: UInt32?
        while !Task.isCancelled {
            if work.isUnderWay { try? await Task.sleep(for: Self.courtesy) }
            let frame: Frame
            do {
                frame = try await source.liveFrame(after: last)
            } catch {
                if Task.isCancelled { return }
                if cameraProblem == nil { forgetPictures() }
                cameraProblem = Problem(error)
                frameTimes.clear()
                last = nil
                wake()
                try? await Task.sleep(for: .milliseconds(300))
                continue
            }
            if Task.isCancelled { return }
            if let last {
                let step = Int32(bitPattern: frame.sequence &- last)
                if step > 1 { droppedFrames += Int(step) - 1 }
            }
            last = frame.sequence
            await take(frame)
        }
    }

    private func take(_ frame: Frame) async {
        let nmPerPixel = await scale(ofNewest: frame)
        if Task.isCancelled { return }
        cameraProblem = nil
        sequence += 1
        shot = Shot(frame: frame, sequence: sequence, nmPerPixel: nmPerPixel)
        frameTimes.note()
        let now = ContinuousClock.now
        if statisticsAt.map({ $0.duration(to: now) >= .milliseconds(250) }) ?? true {
            statisticsAt = now
            Task {
                let found = await statisticsThread.run { LiveStatistics(frame) }
                if running != nil { statistics = found }
            }
        }
        wake()
    }

    /// Asks the store once a second at most, and where frames have another size.
    private func scale(ofNewest frame: Frame) async -> Double? {
        if let known = frame.nmPerPixel { return known }
        if let knownScale, knownScale.at.duration(to: .now) < .seconds(1),
            (knownScale.width, knownScale.height) == (frame.width, frame.height)
        {
            return knownScale.nmPerPixel
        }
        let nmPerPixel = await scale(frame)
        knownScale = (nmPerPixel, frame.width, frame.height, .now)
        return nmPerPixel
    }

    // MARK: Lens

    private func lookAgain() async {
        var last: (sequence: Int, mode: LiveMode)?
        while !Task.isCancelled {
            guard let (shot, lens, mode) = nextLook(), last.map({ $0 != (shot.sequence, mode) }) ?? true else {
                try? await Task.sleep(for: .milliseconds(15))
                continue
            }
            last = (shot.sequence, mode)
            let work = work
            let known = judged.flatMap { $0.at.duration(to: .now) < Self.judgementHolds ? $0.judgement : nil }
            let result = await lensThread.run {
                Result { () throws(LensError) in
                    try LiveLook(
                        at: shot, nmPerPixel: shot.nmPerPixel!, lens: lens, mode: mode, judgement: known
                    ) { !work.isUnderWay }
                }
            }
            if Task.isCancelled { return }
            switch result {
            case .success(var found):
                choice.ran(mode, seconds: found.seconds)
                lensProblem = nil
                sequence += 1
                found.shot.sequence = sequence
                if known == nil { judged = (found.judgement, .now) }
                look = found
                lookTimes.note()
            case .failure(let error) where error.code == .cancelled: last = nil
            case .failure(let error):
                let kind: Problem.Kind =
                    switch error.code {
                    case .unknownScale: .scaleUnknown
                    case .wrongSize: .fieldUnfit
                    default: .lensFailed
                    }
                lensProblem = Problem(kind, error.message, hint: error.hint)
            }
            wake()
        }
    }

    /// The newest frame and how to look at it; nil while there is nothing to do.
    private func nextLook() -> (Shot, NeuralLens, LiveMode)? {
        guard !work.isUnderWay, options.lens != .off, let shot, case .ready(let lens) = subject.lens,
            let nmPerPixel = shot.nmPerPixel
        else { return nil }
        let wanted = modes(of: lens)
        let (width, height) = (shot.frame.width, shot.frame.height)
        let side = LiveLook.centreSide(lens.manifest, nmPerPixel: nmPerPixel)
        var steps: LiveModeChoice.Steps = [:]
        for mode in LiveMode.allCases {
            steps[mode] =
                mode.isCentre
                ? lens.steps(mode.part, width: min(side, width), height: min(side, height), nmPerPixel: nmPerPixel)
                : lens.steps(mode.part, width: width, height: height, nmPerPixel: nmPerPixel)
        }
        let (mode, reason) = choice.choose(among: wanted.modes, steps)
        modeReason = reason ?? wanted.reason
        return (shot, lens, mode)
    }

    /// The modes that give what is watched, the richest first.
    private func modes(of lens: NeuralLens) -> (modes: [LiveMode], reason: String?) {
        let magnifies = lens.manifest.networks.contains { $0.writes == LensManifest.magnified }
        let isMagnifiedWatched = watchedViews.contains { view, at in
            view.isSynthesised && at.duration(to: .now) < Self.patience
        }
        switch (options.lens, options.region) {
        case (.off, _): return ([.map], nil)
        case (.map, .field): return ([.map], nil)
        case (.map, .centre): return ([.centreMap], nil)
        case (.full, .field): return (magnifies ? [.full] : [.map], nil)
        case (.full, .centre): return (magnifies ? [.centre] : [.centreMap], nil)
        case (.auto, .centre): return (magnifies && isMagnifiedWatched ? [.centre] : [.centreMap], nil)
        case (.auto, .field):
            if magnifies && isMagnifiedWatched { return ([.full, .centre], nil) }
            return (
                [.map, .centreMap],
                magnifies ? "only the map is watched, and it needs the labelling network alone" : nil
            )
        }
    }

    // MARK: What clients ask

    func setOptions(_ new: LiveOptions) -> LiveState {
        if let lens = new.lens { options.lens = lens }
        if let region = new.region { options.region = region }
        if options.lens == .off { look = nil }
        lensProblem = nil
        wake()
        publish()
        return state()
    }

    /// The newest picture of a view once it is newer than the client's; nil after `longestWait`.
    func picture(_ request: LivePicture.Request, viewer: String) async throws(Problem) -> LivePicture? {
        let deadline = ContinuousClock.now + Self.longestWait
        let after = request.after > sequence ? 0 : request.after
        while !Task.isCancelled {
            watch(request.view, viewer: viewer)
            if isShut {
                throw Problem(.shuttingDown, "the live view has ended", hint: "try again when the daemon runs again")
            }
            if let problem = obstacle(to: request.view) { throw problem }
            if let picture = try await encoded(request), picture.sequence > after { return picture }
            guard ContinuousClock.now < deadline else { return nil }
            await withCheckedContinuation { waiting.append($0) }
        }
        return nil
    }

    private func encoded(_ request: LivePicture.Request) async throws(Problem) -> LivePicture? {
        switch request.view {
        case .camera:
            guard let shot else { return nil }
            return try await encoder.picture(of: shot, source: subject.source.name, request)
        case .field:
            // Without a picture of the lens there is none to stand beside.
            guard let shot = look?.shot ?? shot else { return nil }
            return try await encoder.picture(of: shot, source: subject.source.name, request)
        case .lens(let kind):
            guard let look, look.gives(kind) else { return nil }
            return try await encoder.picture(of: look, kind, request)
        }
    }

    /// Why a view cannot be given, however long one waits.
    private func obstacle(to view: LivePicture.View) -> Problem? {
        if let cameraProblem { return cameraProblem }
        guard case .lens(let kind) = view else { return nil }
        guard case .ready(let lens) = subject.lens else { return subject.lens.problem }
        if options.lens == .off {
            return Problem(.liveViewRefused, "the lens of the live view is off", hint: "choose auto, full or map")
        }
        if case .only(let key) = kind, !lens.manifest.species.contains(where: { $0.key == key }) {
            return Problem(
                .invalidLiveView, "the lens \(lens.manifest.name) knows no species \"\(key)\"",
                hint: "its species are \(lens.manifest.species.map(\.key).joined(separator: ", "))")
        }
        let magnifies = lens.manifest.networks.contains { $0.writes == LensManifest.magnified }
        if kind != .map, !magnifies {
            return Problem(
                .liveViewRefused, "the lens \(lens.manifest.name) labels and magnifies nothing", hint: "look at the map"
            )
        }
        if kind != .map, options.lens == .map {
            return Problem(
                .liveViewRefused, "the live view was told to label only, and \(kind.rawValue) needs the whole lens",
                hint: "choose auto or full")
        }
        if let shot, shot.nmPerPixel == nil {
            return Problem(
                .scaleUnknown, "the scale of the camera's pixels is not known, and the lens does not guess it",
                hint: "calibrate the objective, or state --nm-per-pixel")
        }
        return lensProblem
    }

    func state() -> LiveState {
        var state = LiveState(lensChoice: options.lens, region: options.region)
        guard running != nil else { return state }
        let now = ContinuousClock.now
        state.state = shot == nil ? .waiting : .running
        state.reason = cameraProblem?.detail ?? (shot == nil ? "waiting for the camera's first frame" : nil)
        state.sequence = sequence
        state.previewPerSecond = frameTimes.perSecond
        state.lensPerSecond = lookTimes.perSecond
        state.droppedFrames = droppedFrames
        state.viewers = max(
            journal.followers, viewers.values.count { $0.duration(to: now) < Self.patience })
        if let shot {
            state.frameAgeSeconds = Self.age(shot.frame.exposedAt)
            state.widthPx = shot.frame.width
            state.heightPx = shot.frame.height
            state.nmPerPixel = shot.nmPerPixel
        }
        if let statistics {
            state.histogram = statistics.histogram
            state.clippedLow = statistics.clippedLow
            state.clippedHigh = statistics.clippedHigh
            state.focus = statistics.focus
        }
        if options.lens != .off, let mode = choice.mode, case .ready = subject.lens { state.lensMode = mode.wire }
        state.lensModeReason = lensReason
        if let look, options.lens != .off {
            state.lensSeconds = look.seconds
            state.lensAgeSeconds = Self.age(look.shot.frame.exposedAt)
            state.lensCovers = look.covers
            state.counts = look.counts
            state.unidentified = look.unidentified
            state.doubts = look.doubts
            state.outlines = look.outlines
        }
        return state
    }

    private var lensReason: String? {
        if options.lens == .off { return "the lens was switched off" }
        if cameraProblem == nil, let problem = obstacle(to: .lens(.map)) { return problem.detail }
        if work.isUnderWay { return "a capture comes first" }
        return modeReason
    }

    private static func age(_ exposedAt: MonotonicInstant) -> Double {
        Double(MonotonicInstant.now.nanoseconds - exposedAt.nanoseconds) / 1e9
    }

    /// Those who wait for pictures look again. With the ticker this is at least twice a second, so that none waits for
    /// longer than it may.
    private func wake() {
        let all = waiting
        waiting = []
        for continuation in all { continuation.resume() }
    }
}
