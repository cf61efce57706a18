import Acquisition
import ControlAPI
import ControlServer
import Digest

/// An instrument of plain memory: keeps what it was asked and answers with fixed values.
actor StandInInstrument: Instrument {
    private(set) var creations: [SlideCreation] = []
    var peers: [Peer] = []
    private(set) var requests: [CaptureRequest] = []
    var waits: [(revision: Int?, timeout: Duration)] = []
    var precisions: [Double?] = []
    var slideChanges: [SlideChange] = []
    var reviewRequests: [ReviewRequest] = []
    var modeChoices: [CameraModeChoice] = []
    var calibrationRequests: [CalibrationRequest] = []
    var reanalysisRequests: [ReanalysisRequest] = []
    var sampleChanges: [SampleChange] = []
    var lenses: [String: (manifest: [UInt8], files: [String: [UInt8]])] = [:]
    var pieces: [LensFilePiece] = []
    var liveOptions: [LiveOptions] = []
    var pictureRequests: [LivePicture.Request] = []
    var planRequests: [CapturePlanRequest] = []
    /// What clients follow.
    nonisolated let journal = EventJournal()
    private(set) var controlValues: [String: Int64] = [:]
    private var cancelledWaits = 0
    private var onCancelledWait: CheckedContinuation<Void, Never>?
    /// While set, a job waits for cancellation instead of answering.
    private var jobsHang = false
    private var gate: CheckedContinuation<Void, Never>?
    private var onGate: CheckedContinuation<Void, Never>?
    private var slidesWait = false

    static let picture = [UInt8]((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) })

    static let finished = CaptureReport(
        id: 7, slide: "A", state: .done, capturedAt: "2026-11-22T19:50:00.123Z", source: "simulated:7", origin: "0",
        nmPerPixel: 180, lens: "iva-galanthus",
        counts: [
            SpeciesCount(species: "Iva xanthiifolia", key: "iva", grains: 5),
            SpeciesCount(species: "Galanthus", key: "galanthus", grains: 0),
        ], unidentified: 1,
        timings: .init(grabSeconds: 0.05, storeSeconds: 0.12, lensSeconds: 8.2, grainsSeconds: 0.03),
        frames: .init(sequenceGaps: 0, errorFlagged: 0, discardedBeforeTrigger: 1))

    /// What a backup fetches, in pieces of 1000 bytes.
    var database: [UInt8] = []
    /// Pieces after which the snapshot is forgotten.
    var forgetsAfter = 0
    private var snapshots = 0
    private(set) var blocksFetched: [Int] = []
    private(set) var endedSnapshots: [String] = []

    func hold(_ bytes: [UInt8], forgettingAfter pieces: Int = 0) {
        database = bytes
        forgetsAfter = pieces
        blocksFetched = []
    }

    func hangJobs() { jobsHang = true }
    func holdSlides() { slidesWait = true }

    /// Returns when a client asks for the slides, which `releaseSlides` then answers.
    func slidesAreAskedFor() async {
        if gate == nil { await withCheckedContinuation { onGate = $0 } }
    }

    func releaseSlides() {
        gate?.resume()
        gate = nil
    }

    func aWaitIsCancelled() async {
        if cancelledWaits == 0 { await withCheckedContinuation { onCancelledWait = $0 } }
    }

    private func noteCancelledWait() {
        cancelledWaits += 1
        onCancelledWait?.resume()
        onCancelledWait = nil
    }

    func status() async throws(Problem) -> ServiceStatus {
        ServiceStatus(
            version: "0.1.0", uptimeSeconds: 3725, camera: try await cameraReport(),
            lens: LensReport(name: "iva-galanthus", state: .refused, reason: "file map.safetensors is missing"),
            queue: QueueReport(pending: 2, running: 1), store: StoreReport(slides: 1, captures: 12, bytes: 34_500_000))
    }

    func createSlide(_ creation: SlideCreation, by peer: Peer) async throws(Problem) -> SlideSummary {
        if creations.contains(where: { $0.name == creation.name }) {
            throw Problem(.slideExists, "slide \(creation.name) exists", hint: "choose another name")
        }
        creations.append(creation)
        peers.append(peer)
        return summary(creation)
    }

    func summary(_ creation: SlideCreation) -> SlideSummary {
        SlideSummary(
            name: creation.name, note: creation.note, createdAt: "2026-11-22T19:50:00Z", captures: 0, grains: 0,
            unidentified: 0)
    }

    func slides() async throws(Problem) -> [SlideSummary] {
        if slidesWait {
            await withCheckedContinuation { continuation in
                gate = continuation
                onGate?.resume()
                onGate = nil
            }
        }
        return creations.map(summary)
    }

    func slide(_ name: String) async throws(Problem) -> SlideSummary {
        guard let creation = creations.first(where: { $0.name == name }) else {
            throw Problem(.slideNotFound, "there is no slide \(name)", hint: "list the slides")
        }
        return summary(creation)
    }

    func captures(ofSlide name: String) async throws(Problem) -> [CaptureReport] {
        _ = try await slide(name)
        return [Self.finished]
    }

    func counts(ofSlide name: String, untilPrecision precision: Double?) async throws(Problem) -> SlideCounts {
        _ = try await slide(name)
        precisions.append(precision)
        var counts = SlideCounts(slide: name, captures: 1, species: Self.finished.counts, unidentified: 1)
        if precision != nil { counts.species = Self.sure }
        return counts
    }

    func surveyed(slide name: String, timeout: Duration) async throws(Problem) { _ = try await slide(name) }

    func startCaptures(_ request: CaptureRequest, by peer: Peer) async throws(Problem) -> CaptureJob {
        _ = try await slide(request.slide)
        requests.append(request)
        peers.append(peer)
        return CaptureJob(
            id: "j1", slide: request.slide, requested: request.count, state: .queued, revision: 1,
            progress: .init(stage: "waiting", fraction: 0, message: "waiting"))
    }

    func job(_ id: String, after revision: Int?, timeout: Duration) async throws(Problem) -> CaptureJob {
        guard id == "j1" else { throw Problem(.jobNotFound, "there is no job \(id)", hint: "list the captures") }
        waits.append((revision, timeout))
        if jobsHang {
            try? await Task.sleep(for: .seconds(3600))
            noteCancelledWait()
        }
        let running = CaptureJob(
            id: "j1", slide: "A", requested: 1, state: .running, revision: 2,
            progress: .init(stage: "lens", fraction: 0.5, message: "lens"))
        guard let revision, revision >= 2 else { return running }
        var done = running
        done.state = .done
        done.revision = 3
        done.captures = [Self.finished]
        return done
    }

    func openJobs() async throws(Problem) -> [CaptureJob] { [try await job("j1", after: nil, timeout: .zero)] }

    func stopJob(_ id: String, by peer: Peer) async throws(Problem) -> CaptureJob {
        var job = try await job(id, after: nil, timeout: .zero)
        peers.append(peer)
        job.state = .stopped
        job.problem = Problem(.jobStopped, "the job was stopped after 0 of 1 fields", hint: "capture anew")
        return job
    }

    func exclude(
        capture id: Int64, _ request: ExclusionRequest, by peer: Peer
    ) async throws(Problem) -> CaptureReport {
        guard id == 7 else { throw Problem(.captureNotFound, "there is no capture \(id)", hint: "list the captures") }
        var report = Self.finished
        report.exclusion = ExclusionReport(
            reason: request.reason, by: request.reviewer ?? "uid=\(peer.uid)", at: "2026-11-22T19:50:00.123Z")
        return report
    }

    func snapshot(by peer: Peer) async throws(Problem) -> SnapshotReport {
        snapshots += 1
        return SnapshotReport(
            id: "s\(snapshots)", takenAt: "2026-11-22T19:50:00.123Z", bytes: Int64(database.count), blockBytes: 1000,
            blocks: (database.count + 999) / 1000)
    }

    func snapshot(ofSlide slide: Int64, in id: String, by peer: Peer) async throws(Problem) -> SnapshotReport {
        throw Problem(.slideNotFound, "there is no slide \(slide)", hint: "list the slides")
    }

    func archiveSlide(_ name: String, by peer: Peer) async throws(Problem) -> SlideTransferJob {
        SlideTransferJob(id: "t1", slide: name, direction: .archive)
    }

    func restoreSlide(_ name: String, by peer: Peer) async throws(Problem) -> SlideTransferJob {
        throw Problem(.archiveRefused, "the slide \"\(name)\" is not archived", hint: "list the slides")
    }

    func slideTransfer(_ id: String, after revision: Int?, timeout: Duration) async throws(Problem) -> SlideTransferJob
    {
        SlideTransferJob(id: id, slide: "A", direction: .archive, state: .done, revision: 3, fraction: 1, bytes: 4096)
    }

    func deleteSlide(
        _ name: String, confirmation: String, by peer: Peer
    ) async throws(Problem) -> SlideDeletionReport {
        guard name == confirmation else {
            throw Problem(.slideNotConfirmed, "the name is another", hint: "give it as it is written")
        }
        peers.append(peer)
        return SlideDeletionReport(slide: name, captures: 2, pictureBytes: 4096)
    }

    private func piece(_ number: Int, _ id: String) throws(Problem) -> [UInt8] {
        guard id == "s\(snapshots)" else { throw Problem(.snapshotNotFound, "it is gone", hint: "begin anew") }
        return Array(database.dropFirst(1000 * number).prefix(1000))
    }

    func block(_ number: Int, ofSnapshot id: String) async throws(Problem) -> [UInt8] {
        blocksFetched.append(number)
        // As a daemon that is restarted.
        if blocksFetched.count == forgetsAfter { snapshots += 1 }
        return try piece(number, id)
    }

    func hashes(from: Int, count: Int, ofSnapshot id: String) async throws(Problem) -> BlockHashes {
        var hashes: [String] = []
        for number in from..<min(from + count, (database.count + 999) / 1000) {
            hashes.append(sha256Hex(try piece(number, id)))
        }
        return BlockHashes(from: from, hashes: hashes)
    }

    func endSnapshot(_ id: String, by peer: Peer) async throws(Problem) { endedSnapshots.append(id) }

    func checkStore(_ request: StoreCheckRequest, by peer: Peer) async throws(Problem) -> StoreCheckJob {
        StoreCheckJob(id: "c", state: .done, fraction: 1, captures: 3, faults: request.repair ? [] : ["a fault"])
    }

    func storeCheck(_ id: String, after revision: Int?, timeout: Duration) async throws(Problem) -> StoreCheckJob {
        StoreCheckJob(id: id)
    }

    func include(capture id: Int64, by peer: Peer) async throws(Problem) -> CaptureReport { Self.finished }

    func grains(ofCapture id: Int64, includingRejected: Bool) async throws(Problem) -> GrainList {
        guard id == 7 else { throw Problem(.captureNotFound, "there is no capture \(id)", hint: "list the captures") }
        let grains = includingRejected ? [Self.grain, Self.dirt] : [Self.grain]
        return GrainList(capture: id, slide: "A", nmPerPixel: nil, grains: grains)
    }

    func image(ofCapture id: Int64, kind: ImageKind) async throws(Problem) -> [UInt8] {
        guard kind == .only(species: "iva") || kind == .input else {
            throw Problem(.imageNotFound, "capture \(id) has no \(kind.rawValue)", hint: "see why the lens was refused")
        }
        return Self.picture
    }

    func cameraReport() async throws(Problem) -> CameraReport {
        CameraReport(
            source: "simulated:7", state: .streaming, mode: CameraModeReport(format: "BA81", width: 1280, height: 1024),
            nmPerPixel: 180)
    }

    func cameraModes() async throws(Problem) -> [CameraModeReport] {
        [CameraModeReport(format: "BA81", width: 1280, height: 1024, framesPerSecond: 15)]
    }

    func setCameraMode(_ choice: CameraModeChoice, by peer: Peer) async throws(Problem) -> CameraReport {
        modeChoices.append(choice)
        peers.append(peer)
        guard choice.automatic == true || choice.format == "BA81" else {
            throw Problem(
                .cameraModeRefused, "the camera does not offer \(choice.format ?? "")", hint: "it offers BA81:1280x1024"
            )
        }
        var report = try await cameraReport()
        report.modeChosen = choice.automatic == true ? nil : report.mode
        return report
    }

    func cameraControls() async throws(Problem) -> [CameraControlReport] {
        [
            CameraControlReport(
                name: "auto_exposure", kind: "menu", minimum: 0, maximum: 3, step: 1, defaultValue: 3, value: 3,
                menu: [.init(value: 1, label: "Manual Mode"), .init(value: 3, label: "Aperture Priority Mode")]),
            CameraControlReport(
                name: "gain", kind: "integer", minimum: 0, maximum: 100, step: 1, defaultValue: 0,
                value: controlValues["gain"] ?? 0),
        ]
    }

    func setControl(_ name: String, to value: Int64, by peer: Peer) async throws(Problem) -> CameraControlReport {
        guard var control = try await cameraControls().first(where: { $0.name == name }) else {
            throw Problem(.controlNotFound, "there is no control \(name)", hint: "list the controls")
        }
        guard (control.minimum...control.maximum).contains(value) else {
            throw Problem(.controlOutOfRange, "\(name) takes 0 to 100", hint: "give one of these")
        }
        controlValues[name] = value
        control.value = value
        return control
    }
}
