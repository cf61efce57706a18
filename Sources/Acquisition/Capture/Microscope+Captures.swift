package import ControlAPI
internal import Foundation
internal import Logging
internal import SlideStore

/// Jobs, as clients see them.
extension Microscope {
    package func startCaptures(_ request: CaptureRequest, by peer: Peer) async throws(Problem) -> CaptureJob {
        if let fault = request.fault { throw fault }
        try requireStore()
        guard !isStopping else {
            throw Problem(.shuttingDown, "no capture was started", hint: "try again when the daemon runs again")
        }
        let slide = try await asProblems { () throws(StoreError) in try await store.slide(named: request.slide) }
        try await requireMemory(slide)
        let job = try await captures.add(request, slide: slide, agent: Agent(peer))
        logger.notice(
            "captures asked for",
            metadata: ["slide": "\(slide.name)", "count": "\(request.count)", "peer": "\(peer)", "job": "\(job.id)"])
        return job
    }

    /// Refuses beforehand what the lens cannot look at, where the camera's size and scale are known.
    private func requireMemory(_ slide: Slide) async throws(Problem) {
        let camera = try await cameraReport()
        let now = lens.now
        // A slide's own lens may not be loaded yet; the field is kept if that turns out not to take it.
        guard now.ofSlides[slide.id] == nil, case .ready(let lens) = now.state, let mode = camera.mode,
            let nmPerPixel = camera.nmPerPixel,
            let refusal = FieldMemory(lens, width: mode.width, height: mode.height, nmPerPixel: nmPerPixel).refusal
        else { return }
        throw Problem(.fieldUnfit, "no field was captured: \(refusal.message)", hint: refusal.hint)
    }

    package func openJobs() async throws(Problem) -> [CaptureJob] { await captures.openJobs() }

    /// Returns when the job's revision is above `revision`, when it has ended, or after `timeout`.
    package func job(_ id: String, after revision: Int?, timeout: Duration) async throws(Problem) -> CaptureJob {
        try await captures.job(id, after: revision, timeout: timeout)
    }

    package func stopJob(_ id: String, by peer: Peer) async throws(Problem) -> CaptureJob {
        try await captures.stop(id, by: peer)
    }

    /// What becomes of captures, for all who want to hear of it.
    func hear(_ news: Analysis.News) async {
        switch news {
        case .progress(let capture, let stage, let fraction):
            await captures.note(stage: stage, fraction: fraction, of: capture)
        case .delayed(let capture, let problem): await captures.delay(capture, problem)
        case .ended(let capture):
            await captures.settle(capture)
            await survey.look(at: capture.slide.id)
            await tellCounts(ofSlide: capture.slide.name)
            await plans.look(atPlansOf: capture.slide.name)
        }
    }

    /// Returns when a slide is surveyed as far as its fields are analysed, or after `timeout`.
    package func surveyed(slide name: String, timeout: Duration) async throws(Problem) {
        let slide = try await asProblems { () throws(StoreError) in try await store.slide(named: name) }
        await survey.settled(slide.id, until: .now + timeout)
    }

    /// Grains may count otherwise.
    func surveyed(_ slide: Slide.ID) async {
        guard let slide = try? await store.summary(ofSlide: slide).slide else { return }
        await tellCounts(ofSlide: slide.name)
        await plans.look(atPlansOf: slide.name)
    }
}

extension Agent {
    /// - Parameter name: of the person, where given; the login name otherwise.
    init(_ peer: Peer, name: String? = nil) {
        let given = name.flatMap { $0.isEmpty ? nil : $0 } ?? peer.token.map { "page (\($0))" }
        self.init(userID: peer.uid, processID: peer.pid, userName: given ?? Self.loginName(peer.uid))
    }

    /// Empty where the user has none.
    private static func loginName(_ uid: UInt32) -> String {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 4096)
        guard getpwuid_r(uid, &entry, &buffer, buffer.count, &found) == 0, found != nil, let name = entry.pw_name else {
            return ""
        }
        return String(cString: name)
    }
}
