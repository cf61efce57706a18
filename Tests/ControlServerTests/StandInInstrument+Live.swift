import Acquisition
import ControlAPI
import ControlServer

extension StandInInstrument {
    static let liveState = LiveState(
        state: .running, sequence: 7, previewPerSecond: 25, lensPerSecond: 0.5, lensSeconds: 2.1, widthPx: 1280,
        heightPx: 1024, nmPerPixel: 180, lensMode: .map,
        counts: [GrainCount(key: "iva", species: "Iva xanthiifolia", grains: 3)],
        outlines: [LiveState.Outline(species: "iva", outlinePx: [SIMD2(1, 2.5), SIMD2(3, 4), SIMD2(5, 6)])], viewers: 1)

    func liveState() async throws(Problem) -> LiveState { Self.liveState }

    func setLiveOptions(_ options: LiveOptions, by peer: Peer) async throws(Problem) -> LiveState {
        liveOptions.append(options)
        peers.append(peer)
        var state = Self.liveState
        state.lensChoice = options.lens ?? .auto
        return state
    }

    /// Picture 7 of the view that is asked for.
    func livePicture(_ request: LivePicture.Request, by peer: Peer) async throws(Problem) -> LivePicture? {
        pictureRequests.append(request)
        guard request.after < 7 else { return nil }
        let isSynthesised = request.view != .camera
        return LivePicture(
            bytes: [0xFF, 0xD8, 0xFF, 0xD9], format: request.format, sequence: 7, ageMilliseconds: 12,
            isSynthesised: isSynthesised, widthPx: request.width, heightPx: 512, nmPerPixel: 360,
            mode: isSynthesised ? .centre : .off, covers: isSynthesised ? SIMD4(0.25, 0.25, 0.75, 0.75) : nil)
    }

    var greeting: EventGreeting { EventGreeting(run: journal.run, version: "0.1.0") }

    nonisolated func followEvents(after id: String?) -> (cursor: EventBatch.Cursor, hasGap: Bool) {
        journal.start(after: id)
    }

    nonisolated func events(after cursor: EventBatch.Cursor, timeout: Duration) async -> EventBatch {
        await journal.next(after: cursor, timeout: timeout)
    }

    nonisolated func logLines(limit: Int) -> [LogLine] {
        [LogLine(at: "2026-11-22T19:50:00Z", level: .warning, message: "slot missed", detail: ["plan": "1"])]
            .suffix(limit)
    }

    private static func plan(_ request: CapturePlanRequest, _ state: CapturePlan.State) -> CapturePlan {
        CapturePlan(
            id: 3, slide: request.slide, state: state, count: request.count, intervalSeconds: request.intervalSeconds,
            untilGrains: request.untilGrains, untilPrecision: request.untilPrecision, taken: 2, missed: 1,
            nextAt: state == .running ? "2026-11-22T19:51:00Z" : nil, createdAt: "2026-11-22T19:50:00Z",
            reason: state == .running ? nil : "paused by uid=0")
    }

    func plans() async throws(Problem) -> [CapturePlan] { planRequests.map { Self.plan($0, .running) } }

    func plan(_ id: Int64) async throws(Problem) -> CapturePlan {
        guard id == 3, let request = planRequests.first else {
            throw Problem(.planNotFound, "there is no plan \(id)", hint: "list the plans")
        }
        return Self.plan(request, .running)
    }

    func createPlan(_ request: CapturePlanRequest, by peer: Peer) async throws(Problem) -> CapturePlan {
        _ = try await slide(request.slide)
        planRequests.append(request)
        peers.append(peer)
        return Self.plan(request, .running)
    }

    func change(plan id: Int64, _ action: PlanAction, by peer: Peer) async throws(Problem) -> CapturePlan {
        var plan = try await plan(id)
        plan.state =
            switch action {
            case .pause: .paused
            case .resume: .running
            case .cancel: .cancelled
            }
        plan.nextAt = nil
        return plan
    }
}
