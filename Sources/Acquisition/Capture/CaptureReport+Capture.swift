internal import ControlAPI
internal import SlideStore

extension CaptureReport {
    /// A capture as the store has it.
    /// - Parameter timings: of this run of the daemon.
    init(
        _ capture: Capture, timings: Timings, counts: [ControlAPI.SpeciesCount] = [], unidentified: Int = 0
    ) {
        var timings = timings
        timings.grabSeconds = timings.grabSeconds ?? capture.stageSeconds["grab"]
        timings.storeSeconds = timings.storeSeconds ?? capture.stageSeconds["store"]
        timings.lensSeconds = capture.stageSeconds["lens"]
        timings.grainsSeconds = capture.stageSeconds["grains"]
        let problem = capture.failure.map { Problem($0) }
        let state: State =
            switch capture.state {
            case .stored, .analysing: .pending
            case .done: .done
            // The field is in order and the lens did not look at it.
            case .failed: problem?.isOfUnseenField == true ? .refused : .failed
            }
        self.init(
            id: capture.id, slide: capture.slide.name, state: state,
            capturedAt: Microscope.iso8601(capture.capturedAt), source: capture.source, origin: capture.origin,
            nmPerPixel: capture.scale?.nmPerPixel, lens: capture.lens?.name, counts: counts, unidentified: unidentified,
            timings: timings,
            frames: .init(
                sequenceGaps: capture.frames.sequenceGaps, errorFlagged: capture.frames.errorFlagged,
                discardedBeforeTrigger: capture.frames.discardedBeforeTrigger),
            freshness: capture.freshness.flatMap { Freshness(rawValue: $0.rawValue) }, problem: problem,
            exclusion: capture.exclusion.map { ExclusionReport($0) },
            doubts: capture.doubts.map { ($0.key.rawValue, $0.sentence) }
                + capture.unusable.map { ("impossible", "\($0), and is left out") },
            familiarity: capture.familiarity, flatField: capture.flatField,
            alongMm: capture.tapePlace?.alongMillimetres,
            acrossMm: capture.tapePlace?.acrossMillimetres,
            focusSweep: capture.sweep.map { FocusSweepReport($0) })
    }
}

extension FocusSweepReport {
    fileprivate init(_ sweep: FocalSweep) {
        let most = sweep.planes.map(\.sharpness).max() ?? 0
        self.init(
            planes: sweep.planes.map {
                Plane(heightUm: $0.heightMicrometres, sharpness: most > 0 ? $0.sharpness / most : 0)
            }, sharpest: sweep.sharpest, shiftPx: sweep.shiftPixels)
    }
}

extension Problem {
    /// Whether the field is stored and the lens has not looked at it.
    var isOfUnseenField: Bool {
        let kinds: [Kind] = [.lensRefused, .scaleUnknown, .fieldRefused, .fieldUnfit]
        return kinds.contains { isKind($0) }
    }

    /// As it was stored.
    init(_ failure: Capture.Failure) {
        self.init(Kind(rawValue: failure.kind) ?? .internalError, failure.message, hint: failure.hint)
    }
}
