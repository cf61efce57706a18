internal import ControlAPI
internal import Foundation
internal import Logging
internal import Quantities
internal import SlideStore

/// Capture plans: slots at equal intervals, each of them taken in its time or missed. Each plan is attended to by
/// itself, so that none waits for another.
///
/// Intervals are measured on the monotonic clock; what is stored and shown is the wall clock, which may be moved. The
/// store holds all that is needed to go on after a restart; slots that passed meanwhile are recorded as missed and not
/// made up for, and a remark has how many, over which time. A wall clock that was moved meanwhile makes none.
actor PlanKeeper {
    private static let plansRunning = 32
    /// Fields that may wait for the lens before a slot is passed over.
    private static let backlog = 4
    /// A slot that could not begin this long after it was due is missed, and at the latest half an interval after.
    private static let longestDelay = Duration.seconds(60)
    private static let remarksKept = 5

    /// Who keeps the times of a running plan.
    private struct Attendant {
        let slide: String
        let task: Task<Void, Never>
        let news: Signal
    }

    private let store: SlideStore
    private let captures: CaptureQueue
    private let analysis: Analysis
    private let journal: EventJournal
    private let logger: Logger
    private let fulfilment: @Sendable (Plan) async throws -> String?

    private var attendants: [Plan.ID: Attendant] = [:]
    private var remarks: [Plan.ID: [String]] = [:]
    private var isStopping = false

    /// - Parameter fulfilment: why a plan has what it was made for; nil while it has not.
    init(
        store: SlideStore, captures: CaptureQueue, analysis: Analysis, journal: EventJournal, logger: Logger,
        fulfilment: @escaping @Sendable (Plan) async throws -> String?
    ) {
        self.store = store
        self.captures = captures
        self.analysis = analysis
        self.journal = journal
        self.logger = logger
        self.fulfilment = fulfilment
    }

    /// Goes on with plans that an earlier run of the daemon left.
    /// - Parameter clock: what became of the wall clock meanwhile.
    func takeUp(after clock: WallClock.Absence) async throws(StoreError) {
        var absence = "the daemon was not running"
        if clock == .unknown { absence += ", and whether the wall clock was moved meanwhile is not known" }
        for var plan in try await store.runningPlans() {
            if case .moved(let seconds) = clock {
                let remark = Self.remark(ofMove: seconds, "while the daemon was not running")
                plan = try await follow(plan, by: seconds, remark)
            }
            attend(plan, absence: absence)
        }
    }

    func stop() async {
        isStopping = true
        let tasks = attendants.values.map(\.task)
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }

    /// Something happened on a slide that its plans may have waited for.
    func look(atPlansOf slide: String) {
        for attendant in attendants.values where attendant.slide == slide { attendant.news.fire() }
    }

    // MARK: What clients ask

    func plans() async throws(StoreError) -> [CapturePlan] { try await store.plans().map(wire) }

    func plan(_ id: Plan.ID) async throws(StoreError) -> CapturePlan { wire(try await store.plan(id)) }

    func create(_ request: CapturePlanRequest, by peer: Peer) async throws(Problem) -> CapturePlan {
        guard attendants.count < Self.plansRunning else {
            throw Problem(
                .planRefused, "\(Self.plansRunning) plans are running already",
                hint: "cancel one with neurallens plan cancel")
        }
        let plan: Plan
        do {
            let slide = try await store.slide(named: request.slide)
            plan = try await persistently(for: .seconds(2)) { () throws(StoreError) in
                try await store.createPlan(
                    ofSlide: slide.id,
                    Plan.Wish(
                        intervalSeconds: request.intervalSeconds, captures: request.count, grains: request.untilGrains,
                        precision: request.untilPrecision), start: Date(), by: Agent(peer))
            }
        } catch {
            throw Problem(error)
        }
        logger.notice("plan made", metadata: ["plan": "\(plan.id)", "slide": "\(plan.slide.name)", "peer": "\(peer)"])
        attend(plan)
        return told(plan)
    }

    func change(_ id: Plan.ID, _ action: PlanAction, by peer: Peer) async throws(Problem) -> CapturePlan {
        do {
            let plan = try await store.plan(id)
            guard !plan.state.isFinal else {
                throw Problem(
                    .planRefused, "plan \(id) is \(plan.state.rawValue) and cannot be changed",
                    hint: "make another with neurallens plan create")
            }
            let (state, nextAt, reason): (Plan.State, Date?, String?) =
                switch action {
                case .pause: (.paused, nil, "paused by \(peer)")
                case .resume: (.running, plan.state == .running ? plan.nextAt : Date(), nil)
                case .cancel: (.cancelled, nil, "cancelled by \(peer)")
                }
            guard state != plan.state else { return wire(plan) }
            let changed = try await persistently(for: .seconds(2)) { () throws(StoreError) in
                try await store.setPlan(id, state, nextAt: nextAt, reason: reason, by: Agent(peer))
            }
            attendants.removeValue(forKey: id)?.task.cancel()
            if changed.state == .running { attend(changed) }
            logger.notice("plan \(state.rawValue)", metadata: ["plan": "\(id)", "peer": "\(peer)"])
            return told(changed)
        } catch let error as StoreError {
            throw Problem(error)
        } catch {
            throw error as? Problem ?? Problem(.internalError, "\(error)", hint: "report it")
        }
    }

    /// The wall clock was moved: intervals go on as they were, and what is stored and shown follows it.
    func wallClockMoved(by seconds: Double) async {
        let remark = Self.remark(ofMove: seconds)
        do {
            for plan in try await store.runningPlans() {
                guard attendants[plan.id] != nil else { continue }
                told(try await follow(plan, by: seconds, remark))
            }
        } catch {
            logger.error("plans not told of the wall clock", metadata: ["error": "\(error)"])
        }
    }

    private func follow(_ plan: Plan, by seconds: Double, _ remark: String) async throws(StoreError) -> Plan {
        note(remark, on: plan.id)
        return try await store.setPlan(
            plan.id, .running, nextAt: plan.nextAt?.addingTimeInterval(seconds), reason: remark, by: nil)
    }

    static func remark(ofMove seconds: Double, _ when: String = "") -> String {
        "the wall clock was moved \(seconds < 0 ? "back" : "on") by \(Int(saturating: abs(seconds).rounded())) s"
            + (when.isEmpty ? "" : " \(when)") + "; intervals go on by the monotonic clock"
    }

    private func note(_ remark: String, on id: Plan.ID) {
        remarks[id] = Array(((remarks[id] ?? []) + [remark]).suffix(Self.remarksKept))
    }

    @discardableResult
    private func told(_ plan: Plan) -> CapturePlan {
        let wire = wire(plan)
        journal.publish(.plan, wire)
        return wire
    }

    private func wire(_ plan: Plan) -> CapturePlan {
        CapturePlan(
            id: plan.id, slide: plan.slide.name, state: CapturePlan.State(rawValue: plan.state.rawValue) ?? .failed,
            count: plan.wish.captures, intervalSeconds: plan.wish.intervalSeconds, untilGrains: plan.wish.grains,
            untilPrecision: plan.wish.precision, taken: plan.taken, missed: plan.missed,
            nextAt: plan.nextAt.map { Microscope.iso8601($0) }, createdAt: Microscope.iso8601(plan.createdAt),
            reason: plan.reason, remarks: remarks[plan.id] ?? [])
    }

    // MARK: Slots

    /// - Parameter absence: why slots before this moment were missed, where an earlier run of the daemon left the plan.
    private func attend(_ plan: Plan, absence: String? = nil) {
        guard !isStopping, let nextAt = plan.nextAt else { return }
        // A wall clock that was put back since says nothing of how long to wait: an interval at most.
        let left = min(nextAt.timeIntervalSinceNow, plan.wish.intervalSeconds)
        let due = ContinuousClock.now + .seconds(left)
        let news = Signal()
        let task = Task { await attend(plan.id, due, news, absence: absence) }
        attendants[plan.id] = Attendant(slide: plan.slide.name, task: task, news: news)
    }

    private func attend(_ id: Plan.ID, _ first: ContinuousClock.Instant, _ news: Signal, absence: String?) async {
        var due = first
        var absence = absence
        var backoff = Backoff(first: .milliseconds(500))
        while !Task.isCancelled {
            let version = news.version
            do {
                let plan = try await store.plan(id)
                guard plan.state == .running, let dueAt = plan.nextAt else { break }
                if let reason = try await fulfilment(plan) {
                    let ended = try await store.setPlan(id, .done, nextAt: nil, reason: reason, by: .current)
                    logger.notice("plan done", metadata: ["plan": "\(id)", "reason": "\(reason)"])
                    told(ended)
                    break
                }
                if due > .now {
                    await news.wait(since: version, until: due)
                } else {
                    try await serve(plan, &due, dueAt: dueAt, absence: absence)
                    absence = nil
                }
                backoff.reset()
            } catch {
                if Task.isCancelled { break }
                // The store may be full or busy: the slot stays due.
                logger.error("plan not attended to", metadata: ["plan": "\(id)", "error": "\(error)"])
                try? await Task.sleep(for: backoff.pause())
            }
        }
        if attendants[id]?.news === news { attendants[id] = nil }
    }

    /// Takes or misses the slot that is due, and moves on to the next.
    private func serve(
        _ plan: Plan, _ due: inout ContinuousClock.Instant, dueAt: Date, absence: String?
    ) async throws {
        let interval = Duration.seconds(plan.wish.intervalSeconds)
        let next = due + interval
        let late = due.duration(to: .now)
        let delay = min(interval / 2, Self.longestDelay)
        if late > delay {
            let slots = Int(saturating: (late - delay) / interval) + 1
            return try await miss(
                plan, &due, dueAt: dueAt, slots: slots, absence ?? "the instrument was busy",
                isRemarkable: absence != nil)
        }
        let behind = await analysis.pending
        guard behind < Self.backlog else {
            return try await miss(
                plan, &due, dueAt: dueAt, slots: 1, "the lens is behind: \(behind) fields wait for it")
        }
        do {
            try await captures.slot(of: plan, dueAt: dueAt, next: next, before: next)
        } catch {
            try Task.checkCancellation()
            return try await miss(plan, &due, dueAt: dueAt, slots: 1, error.detail)
        }
        due = next
        told(try await persistently(for: .seconds(10)) { () throws(StoreError) in try await store.plan(plan.id) })
    }

    private func miss(
        _ plan: Plan, _ due: inout ContinuousClock.Instant, dueAt: Date, slots: Int, _ reason: String,
        isRemarkable: Bool = false
    ) async throws {
        let next = due + Duration.seconds(plan.wish.intervalSeconds) * slots
        let moved = try await store.addGap(
            PlanGap(dueAt: dueAt, slots: slots, reason: reason), toPlan: plan.id,
            nextAt: CaptureQueue.wallClock(at: next))
        due = next
        let last = dueAt.addingTimeInterval(plan.wish.intervalSeconds * Double(slots - 1))
        let times = Microscope.iso8601(dueAt) + (slots > 1 ? " to \(Microscope.iso8601(last))" : "")
        if isRemarkable {
            note("\(slots) \(slots == 1 ? "slot" : "slots") due \(times) missed: \(reason)", on: plan.id)
        }
        logger.warning(
            "slots of a plan missed",
            metadata: ["plan": "\(plan.id)", "slots": "\(slots)", "due": "\(times)", "reason": "\(reason)"])
        told(moved)
    }
}
