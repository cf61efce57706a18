package import ControlAPI
internal import Foundation
internal import Logging
internal import Quantities
internal import SlideStore

/// Capture plans: slots at equal intervals, each of them taken in its time or missed. The store holds all that is needed
/// to go on after a restart; slots that passed meanwhile are recorded as missed and not made up for.
extension Microscope {
    private static let plansRunning = 32
    /// Fields that may wait for the lens before a slot is passed over.
    private static let backlog = 4
    /// A slot that could not begin this long after it was due is missed, and at the latest half an interval after.
    private static let longestDelay = 60.0

    // MARK: What clients ask

    package func plans() async throws(Problem) -> [CapturePlan] {
        try await found { () throws(StoreError) in try await store.plans() }.map(wire)
    }

    package func plan(_ id: Int64) async throws(Problem) -> CapturePlan {
        wire(try await found { () throws(StoreError) in try await store.plan(id) })
    }

    package func createPlan(_ request: CapturePlanRequest, by peer: Peer) async throws(Problem) -> CapturePlan {
        guard !isStopping else {
            throw Problem(.shuttingDown, "no plan was made", hint: "try again when the daemon runs again")
        }
        let plan = try await found { () throws(StoreError) -> Plan? in
            let slide = try await store.slide(named: request.slide)
            guard try await store.runningPlans().count < Self.plansRunning else { return nil }
            return try await store.createPlan(
                ofSlide: slide.id,
                Plan.Wish(
                    intervalSeconds: request.intervalSeconds, captures: request.count, grains: request.untilGrains,
                    precision: request.untilPrecision), start: Date(), by: Agent(peer))
        }
        guard let plan else {
            throw Problem(
                .planRefused, "\(Self.plansRunning) plans are running already",
                hint: "cancel one with neurallens plan cancel")
        }
        logger.notice("plan made", metadata: ["plan": "\(plan.id)", "slide": "\(plan.slide.name)", "peer": "\(peer)"])
        return told(plan)
    }

    package func change(plan id: Int64, _ action: PlanAction, by peer: Peer) async throws(Problem) -> CapturePlan {
        let plan = try await found { () throws(StoreError) in try await store.plan(id) }
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
        let changed = try await found { () throws(StoreError) in
            try await store.setPlan(id, state, nextAt: nextAt, reason: reason, by: Agent(peer))
        }
        logger.notice("plan \(state.rawValue)", metadata: ["plan": "\(id)", "peer": "\(peer)"])
        return told(changed)
    }

    @discardableResult
    private func told(_ plan: Plan) -> CapturePlan {
        plansNeedALook = true
        let plan = wire(plan)
        journal.publish(.plan, plan)
        return plan
    }

    private func wire(_ plan: Plan) -> CapturePlan {
        CapturePlan(
            id: plan.id, slide: plan.slide.name, state: CapturePlan.State(rawValue: plan.state.rawValue) ?? .failed,
            count: plan.wish.captures, intervalSeconds: plan.wish.intervalSeconds, untilGrains: plan.wish.grains,
            untilPrecision: plan.wish.precision, taken: plan.taken, missed: plan.missed,
            nextAt: plan.nextAt.map { Self.iso8601($0) }, createdAt: Self.iso8601(plan.createdAt), reason: plan.reason)
    }

    // MARK: Slots

    /// Takes what is due, if anything is.
    func attendPlans() async {
        guard !isStopping, plansNeedALook || nextSlot.map({ $0 <= Date() }) ?? false else { return }
        plansNeedALook = false
        do {
            for plan in try await store.runningPlans() {
                if let reason = try await fulfilment(of: plan) {
                    await end(plan, .done, reason)
                } else if let due = plan.nextAt, due <= Date(), !isStopping {
                    try await serve(plan, due: due)
                }
            }
            nextSlot = try await store.runningPlans().first?.nextAt
        } catch {
            // The store may be full or busy: the slots stay due.
            logger.error("plans not attended to", metadata: ["error": "\(error)"])
            nextSlot = Date(timeIntervalSinceNow: 5)
        }
    }

    private func serve(_ plan: Plan, due: Date) async throws {
        let interval = plan.wish.intervalSeconds
        let late = -due.timeIntervalSinceNow
        let delay = min(interval / 2, Self.longestDelay)
        if late > delay {
            let slots = Int(saturating: (late - delay) / interval) + 1
            let reason = due < startedOn ? "the daemon was not running" : "the instrument was busy"
            return try await miss(plan, due: due, slots: slots, reason)
        }
        guard pending.count < Self.backlog else {
            return try await miss(plan, due: due, slots: 1, "the lens is behind: \(pending.count) fields wait for it")
        }
        let job: String
        do {
            job = try await queue(CaptureRequest(slide: plan.slide.name), slide: plan.slide, agent: plan.agent)
        } catch {
            return try await miss(plan, due: due, slots: 1, error.detail)
        }
        guard let capture = await firstCapture(of: job, before: due.addingTimeInterval(interval)) else {
            guard !isStopping else { return }
            let problem = jobs[job]?.problem
            if let problem, problem.isKind(.storeFull) { return await end(plan, .failed, problem.detail) }
            return try await miss(plan, due: due, slots: 1, problem?.detail ?? "the instrument was busy")
        }
        let next = due.addingTimeInterval(interval)
        let moved = try await store.addCapture(capture, toPlan: plan.id, dueAt: due, nextAt: next)
        told(moved)
    }

    private func miss(_ plan: Plan, due: Date, slots: Int, _ reason: String) async throws {
        let next = due.addingTimeInterval(Double(slots) * plan.wish.intervalSeconds)
        let moved = try await store.addGap(
            PlanGap(dueAt: due, slots: slots, reason: reason), toPlan: plan.id, nextAt: next)
        logger.warning(
            "slots of a plan missed", metadata: ["plan": "\(plan.id)", "slots": "\(slots)", "reason": "\(reason)"])
        told(moved)
    }

    private func end(_ plan: Plan, _ state: Plan.State, _ reason: String) async {
        do {
            let ended = try await store.setPlan(plan.id, state, nextAt: nil, reason: reason, by: .current)
            logger.notice("plan \(state.rawValue)", metadata: ["plan": "\(plan.id)", "reason": "\(reason)"])
            told(ended)
        } catch {
            logger.error("plan not ended", metadata: ["plan": "\(plan.id)", "error": "\(error)"])
        }
    }

    /// The stored capture of a job that takes one; nil where it failed or did not come to it in time, and then it does
    /// not come to it later either.
    private func firstCapture(of job: String, before deadline: Date) async -> Int64? {
        while true {
            guard let state = jobs[job] else { return nil }
            if let capture = state.captures.first { return capture.id }
            if state.state.isFinal || isStopping { return nil }
            if state.state == .queued, Date() >= deadline {
                runningJobs[job]?.cancel()
                change(job) {
                    $0.state = .failed
                    $0.problem = Problem(
                        .queueFull, "the camera was busy until the slot was over", hint: "choose a longer interval")
                }
                return nil
            }
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Why a plan has what it was made for; nil while it has not.
    private func fulfilment(of plan: Plan) async throws -> String? {
        if let wanted = plan.wish.captures, plan.taken >= wanted { return "\(plan.taken) captures are taken" }
        if let wanted = plan.wish.grains {
            let (species, _) = wire(try await store.summary(ofSlide: plan.slide.id).counts)
            let grains = species.reduce(0) { $0 + $1.grains }
            if grains >= wanted { return "the slide has \(grains) grains" }
        }
        if let wanted = plan.wish.precision {
            let counts = try await counts(ofSlide: plan.slide.name, untilPrecision: nil)
            let precisions = counts.species.filter { $0.grains > 0 }.map { species -> Double in
                guard let density = species.densityPerCm2, let low = species.densityLowPerCm2,
                    let high = species.densityHighPerCm2, density > 0
                else { return .infinity }
                return (high - low) / 2 / density
            }
            if let worst = precisions.max(), counts.fields > 1, worst <= wanted {
                return "every species seen is known to \((worst * 1000).rounded() / 10) %"
            }
        }
        return nil
    }
}
