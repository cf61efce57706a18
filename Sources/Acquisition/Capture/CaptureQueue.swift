internal import Camera
internal import ControlAPI
internal import Foundation
internal import Logging
internal import Quantities
internal import SlideStore

/// The camera's turn and the jobs: from a trigger to inputs on disk.
///
/// Clients may leave, the daemon may be started again: a job goes on until each of its fields is taken, or on record as
/// not taken, or somebody stops it. Between its fields a job holds nothing.
actor CaptureQueue {
    /// A job that this run of the daemon knows.
    struct Entry {
        var job: CaptureJob
        let slide: Slide
        let agent: Agent
        let wish: Job.Wish
        /// The oldest job has the lowest.
        let rank: Int
        var task: Task<Void, Never>?
        let news = Signal()
        /// When progress was last told of.
        var toldAt: ContinuousClock.Instant?
    }

    /// Jobs that may be open at a time.
    static let jobsOpen = 64
    /// Ended jobs are kept for clients that come back, the oldest forgotten first.
    static let jobsKept = 200

    let store: SlideStore
    let work: CaptureWork
    let timings: TimingBook
    let journal: EventJournal
    let logger: Logger
    let surroundings: Surroundings
    let motor: Motor
    let turn = CameraTurn()
    let storeThread: WorkThread
    let focusThread = WorkThread("neurallens.focus")
    private(set) var source: any FrameSource

    var entries: [Job.ID: Entry] = [:]
    var order: [Job.ID] = []
    var ranks = 0
    /// Which job a capture belongs to.
    var jobOfCapture: [Capture.ID: Job.ID] = [:]
    private(set) var isStopping = false

    /// What the queue asks and tells.
    struct Surroundings: Sendable {
        /// The scale of a frame's pixels; nil: unknown.
        let scale: @Sendable (Frame) async throws(Problem) -> FieldScale?
        /// The flat field by which a frame is to be divided; nil: by none.
        let flatField: @Sendable (Frame) async throws(Problem) -> Int64?
        /// A capture as clients see it, with its counts.
        let report: @Sendable (Capture.ID) async throws(Problem) -> CaptureReport
        /// Where the next planned field of a slide lies, of a band or of any (0).
        let nextPlanned: @Sendable (_ slide: String, _ band: Int) async throws(Problem) -> TapePlace
        /// A field is on disk.
        let stored: @Sendable (Capture) async -> Void
    }

    init(
        store: SlideStore, source: any FrameSource, work: CaptureWork, timings: TimingBook, journal: EventJournal,
        storeThread: WorkThread, logger: Logger, motor: Motor, surroundings: Surroundings
    ) {
        self.motor = motor
        self.store = store
        self.source = source
        self.work = work
        self.timings = timings
        self.journal = journal
        self.storeThread = storeThread
        self.logger = logger
        self.surroundings = surroundings
    }

    /// Another camera, for fields from here on.
    func use(_ source: any FrameSource) { self.source = source }

    /// Goes on with jobs that an earlier run of the daemon left.
    func takeUp() async throws(StoreError) {
        for job in try await store.openJobs() {
            var wire = CaptureJob(job, state: .queued)
            for capture in try await store.captures(ofJob: job.id) {
                wire.captures.append(await shown(capture))
                jobOfCapture[capture.id] = job.id
            }
            let due = ContinuousClock.now + .seconds(job.secondsUntilDue)
            let late = Int(saturating: -(job.nextAt?.timeIntervalSinceNow ?? 0).rounded())
            wire.remarks.append("the daemon was started again with \(job.left) of \(job.wish.fields) fields to take")
            if late >= 1 {
                wire.remarks.append("the next field comes \(late) s late: the daemon was not running")
            }
            logger.notice(
                "capture job goes on",
                metadata: [
                    "job": "\(job.id)", "slide": "\(job.slide.name)", "left": "\(job.left)",
                    "late_s": "\(max(0, late))",
                ])
            do {
                try await store.log(
                    "job goes on", by: .current, slide: job.slide.id,
                    detail: ["job": job.id, "left": "\(job.left)", "late_s": "\(max(0, late))"])
            } catch {
                logger.error("job's going on not noted", metadata: ["job": "\(job.id)", "error": "\(error)"])
            }
            begin(job, wire, firstDue: due, isResumed: true)
        }
    }

    /// Ends what runs; open jobs stay open in the store, for the next start.
    func stop() async {
        isStopping = true
        let tasks = entries.values.compactMap(\.task)
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }

    /// What clients see of jobs when the daemon stops.
    func park() {
        isStopping = true
        for id in order where entries[id]?.job.state.isFinal == false {
            change(id) {
                $0.state = .parked
                $0.progress.message = "the daemon is stopping; it goes on with the job when it starts again"
            }
        }
    }
}

extension Job {
    /// Until the next field, at most one interval: a wall clock that was moved meanwhile says nothing.
    fileprivate var secondsUntilDue: Double {
        max(0, min(nextAt?.timeIntervalSinceNow ?? 0, wish.intervalSeconds))
    }
}
