internal import Camera
package import ControlAPI
internal import Foundation
internal import Grains
internal import Lens
internal import Logging
internal import SlideStore

/// What clients ask: slides, captures, counts, pictures, the camera.
extension Microscope {
    package func status() async throws(Problem) -> ServiceStatus {
        watchStore()
        let fault = storeFault.map { Problem($0) }
        let totals = try? await store.totals()
        if totals == nil, fault == nil { _ = try await found { () throws(StoreError) in try await store.totals() } }
        return ServiceStatus(
            version: Self.version, uptimeSeconds: startedAt.duration(to: .now).seconds,
            camera: try await cameraReport(), lens: lensReport,
            queue: QueueReport(pending: await analysis.pending, running: await analysis.isRunning ? 1 : 0),
            store: StoreReport(
                slides: totals?.slides ?? 0, captures: totals?.captures ?? 0, bytes: totals?.bytes ?? 0, problem: fault))
    }

    private var lensReport: LensReport {
        switch lens {
        case .none:
            LensReport(name: nil, state: .none, reason: "no lens is set: fields are stored and nothing is counted")
        case .refused(let folder, let error): LensReport(name: folder, state: .refused, reason: "\(error)")
        case .ready(let lens):
            LensReport(
                name: lens.manifest.name, state: .ready,
                species: lens.manifest.species.map { .init(key: $0.key, name: $0.name, colour: $0.colour) },
                nmPerPixel: lens.manifest.nmPerPixel, digest: lens.digest)
        }
    }

    // MARK: Slides

    package func createSlide(_ creation: SlideCreation, by peer: Peer) async throws(Problem) -> ControlAPI.SlideSummary
    {
        let slide = try await found { () throws(StoreError) in
            try await store.createSlide(name: creation.name, note: creation.note ?? "", by: Agent(peer))
        }
        logger.notice("slide created", metadata: ["slide": "\(slide.name)", "peer": "\(peer)"])
        return try await told(slide.name)
    }

    package func slides() async throws(Problem) -> [ControlAPI.SlideSummary] {
        let (summaries, runs) = try await found { () throws(StoreError) in
            let summaries = try await store.slides()
            var runs: [Run.ID: Run] = [:]
            for run in summaries.compactMap(\.run) { runs[run] = try await store.run(run) }
            return (summaries, runs)
        }
        return summaries.map { wire($0, run: $0.run.flatMap { runs[$0] }) }
    }

    package func slide(_ name: String) async throws(Problem) -> ControlAPI.SlideSummary {
        let (summary, run) = try await found { () throws(StoreError) in
            let slide = try await store.slide(named: name).id
            return (try await store.summary(ofSlide: slide), try await store.runInForce(ofSlide: slide))
        }
        return wire(summary, run: run)
    }

    func wire(_ summary: StoredSlide, run: Run?) -> ControlAPI.SlideSummary {
        let unidentified = summary.counts.first { $0.species == Grain.unidentified }?.grains ?? 0
        let isCounted = run != nil || summary.captures.isEmpty
        return ControlAPI.SlideSummary(
            name: summary.slide.name, note: summary.slide.note.isEmpty ? nil : summary.slide.note,
            createdAt: Self.iso8601(summary.slide.createdAt), captures: summary.captures.values.reduce(0, +),
            grains: isCounted ? summary.totalGrains - unidentified : nil, unidentified: isCounted ? unidentified : nil,
            sampledVolumeM3: summary.slide.sampledVolumeCubicMetres,
            depositAreaMm2: summary.slide.depositAreaSquareMillimetres, run: run.map { RunReference($0) })
    }

    package func changeSlide(
        _ name: String, _ change: SlideChange, by peer: Peer
    ) async throws(Problem) -> ControlAPI.SlideSummary {
        let slide = try await found { () throws(StoreError) in try await store.slide(named: name) }
        // What may be refused comes first, so that nothing is half changed.
        if let run = change.run {
            let known = try await found { () throws(StoreError) in try await store.runs(ofSlide: slide.id) }
            guard known.contains(where: { $0.id == run }) else {
                throw Problem(
                    .runNotFound, "the slide \"\(slide.name)\" has no run \(run)",
                    hint: "`neurallens slide runs NAME` lists its runs")
            }
        }
        try await found { () throws(StoreError) in
            if change.sampledVolumeM3 != nil || change.depositAreaMm2 != nil {
                try await store.setDeposit(
                    ofSlide: slide.id, sampledVolumeCubicMetres: change.sampledVolumeM3 ?? slide.sampledVolumeCubicMetres,
                    depositAreaSquareMillimetres: change.depositAreaMm2 ?? slide.depositAreaSquareMillimetres,
                    by: Agent(peer))
            }
            if let note = change.note { try await store.setNote(note, ofSlide: slide.id, by: Agent(peer)) }
            if let run = change.run {
                let earlier = try await store.runInForce(ofSlide: slide.id)
                try await store.setRunInForce(run, by: Agent(peer))
                if let earlier { try await store.carryReviews(from: earlier.id, to: run) }
            }
        }
        // Not all of the other run's grains may be judged yet.
        if change.run != nil { await survey.look(at: slide.id) }
        logger.notice("slide changed", metadata: ["slide": "\(slide.name)", "peer": "\(peer)"])
        if change.run != nil { await tellCounts(ofSlide: slide.name) }
        return try await told(slide.name)
    }

    /// Counts in the order of the lens, zeros included, then species that only an earlier lens knew.
    func wire(_ counts: [StoredCount]) -> (species: [ControlAPI.SpeciesCount], unidentified: Int) {
        var byKey = Dictionary(uniqueKeysWithValues: counts.map { ($0.species, $0.grains) })
        let unidentified = byKey.removeValue(forKey: Grain.unidentified) ?? 0
        var species: [ControlAPI.SpeciesCount] = []
        if case .ready(let lens) = lens {
            species = lens.manifest.species.map {
                ControlAPI.SpeciesCount(species: $0.name, key: $0.key, grains: byKey.removeValue(forKey: $0.key) ?? 0)
            }
        }
        species += byKey.sorted { $0.key < $1.key }.map {
            ControlAPI.SpeciesCount(species: $0.key, key: $0.key, grains: $0.value)
        }
        return (species, unidentified)
    }

    // MARK: Captures

    package func captures(ofSlide name: String) async throws(Problem) -> [CaptureReport] {
        let (captures, counts) = try await found { () throws(StoreError) in
            let slide = try await store.slide(named: name).id
            return (try await store.captures(ofSlide: slide), try await store.countsByCapture(ofSlide: slide))
        }
        return captures.map { wire($0, counts: counts[$0.id] ?? []) }
    }

    func report(capture id: Int64) async throws(Problem) -> CaptureReport {
        let (capture, counts) = try await found { () throws(StoreError) in
            try await persistently(for: .seconds(2)) { () throws(StoreError) in
                (try await store.capture(id), try await store.counts(ofCapture: id))
            }
        }
        return wire(capture, counts: counts)
    }

    private func wire(_ capture: Capture, counts: [StoredCount]) -> CaptureReport {
        let (species, unidentified) = wire(counts)
        return CaptureReport(
            capture, timings: timings[capture.id], counts: capture.state == .done ? species : [],
            unidentified: unidentified)
    }

    func problem(_ capture: Capture) -> Problem? { capture.failure.map { Problem($0) } }

    package func image(ofCapture id: Int64, kind: ImageKind) async throws(Problem) -> [UInt8] {
        try await found { () throws(StoreError) in try await store.picture(ofCapture: id, kind: kind.rawValue).png }
    }

    // MARK: Camera

    package func cameraReport() async throws(Problem) -> CameraReport {
        let mode = await source.mode()
        // What a database that is gone would say of the scale is not known; the camera is there all the same.
        let frameSize = await frameSize()
        let scale =
            store.fault == nil
            ? try await found { () throws(StoreError) in try await scaleInForce(ofFrames: frameSize) }
            : await scaleBySetting(ofFrames: frameSize)
        let (state, reason): (CameraReport.State, String?) =
            switch await source.state() {
            case .streaming: (.streaming, nil)
            case .idle: (.idle, nil)
            case .unavailable(let reason): (.unavailable, reason)
            }
        return CameraReport(
            source: source.name, state: state, reason: reason, mode: mode.map { CameraModeReport($0) },
            modeChosen: await source.chosenMode().map { CameraModeReport($0) },
            nmPerPixel: source.nmPerPixel ?? scale.setting ?? scale.calibration?.nmPerPixel,
            objective: scale.objective, remarks: await source.remarks() + [scale.remark].compactMap(\.self))
    }

    package func cameraControls() async throws(Problem) -> [CameraControlReport] {
        do {
            return try await source.controls().map(wire)
        } catch {
            throw Problem(error)
        }
    }

    package func setControl(_ name: String, to value: Int64, by peer: Peer) async throws(Problem) -> CameraControlReport
    {
        let control: CameraControl
        do {
            control = try await source.setControl(name, to: value)
        } catch {
            throw Problem(error)
        }
        logger.notice(
            "camera control set", metadata: ["control": "\(name)", "value": "\(control.value)", "peer": "\(peer)"])
        try await found { () throws(StoreError) in
            try await store.log(
                "camera control set", by: Agent(peer), detail: ["control": name, "value": "\(control.value)"])
        }
        return wire(control)
    }

    private func wire(_ control: CameraControl) -> CameraControlReport {
        CameraControlReport(
            name: control.name, kind: control.kind.rawValue, minimum: control.minimum, maximum: control.maximum,
            step: control.step, defaultValue: control.defaultValue, value: control.value,
            menu: control.menu.map { .init(value: $0.value, label: $0.label) },
            flags: (control.isReadOnly ? ["read-only"] : []) + (control.isInactive ? ["inactive"] : []))
    }

    // MARK: Helpers

    /// The store's errors as problems.
    func found<Value>(_ body: () async throws(StoreError) -> Value) async throws(Problem) -> Value {
        do {
            return try await body()
        } catch {
            throw Problem(error)
        }
    }

    static func iso8601(_ date: Date) -> String {
        date.formatted(
            .iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .omitted))
    }
}
