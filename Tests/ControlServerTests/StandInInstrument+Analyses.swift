import ControlAPI
import ControlServer

/// Reviews, reanalyses, exports and calibrations of the stand-in: fixed answers, and a note of what was asked.
extension StandInInstrument {
    static let run = RunReference(id: 1, lens: "iva-galanthus", lensDigest: String(repeating: "0f", count: 32))

    static let grain = GrainReport(
        id: 1, number: 1, capture: 7, species: "iva", status: .doubtful, centroidPx: [10.5, 20.25],
        bboxPx: [1, 2, 30, 40], areaPx: 900, areaUm2: nil, equivalentDiameterUm: nil, confidence: 0.4, onBorder: false)

    static let dirt = GrainReport(
        id: 2, number: 2, capture: 7, species: "unidentified", status: .rejected, reason: "dirt", centroidPx: [5, 6],
        bboxPx: [4, 5, 7, 8], areaPx: 9, areaUm2: nil, equivalentDiameterUm: nil, confidence: 0.2, onBorder: false)

    static let sure = [
        SpeciesCount(
            species: "Iva xanthiifolia", key: "iva", grains: 5, doubtful: 1, confirmed: 2, density: (1234.5, 801, 1902),
            dispersion: 1.75, concentration: (41.2, 26.7, 63.4), moreFields: 30),
        SpeciesCount(
            species: "Galanthus", key: "galanthus", grains: 0, density: (0, 0, 300),
            remark: "one field: clumping unknown, the interval assumes none"),
    ]

    static let review = ReviewReport(
        id: 3, at: "2026-11-23T09:00:00Z", action: .relabel, grains: [1], species: "galanthus", note: "sulcus",
        reviewer: "M. Palyno", by: "uid=0 gid=0 pid=1")

    static let calibration = CalibrationReport(
        id: 1, objective: "20x", nmPerPixel: 180, how: .pixelPitch, at: "2026-11-23T09:00:00Z",
        by: "uid=0 gid=0 pid=1", isInUse: true, note: "3.6 um / 20")

    static let difference = RunDifference(
        slide: "A", first: run, second: RunReference(id: 2, lens: "other", lensDigest: "ab"),
        species: [
            SpeciesDifference(
                species: "Iva xanthiifolia", key: "iva", first: 5, second: 6, matched: 4, onlyInFirst: 0,
                onlyInSecond: 2, relabelled: 1)
        ])

    func changeSlide(_ name: String, _ change: SlideChange, by peer: Peer) async throws(Problem) -> SlideSummary {
        var slide = try await slide(name)
        if let run = change.run, run != 1 {
            throw Problem(.runNotFound, "slide \(name) has no run \(run)", hint: "list the runs")
        }
        slideChanges.append(change)
        peers.append(peer)
        if let note = change.note { slide.note = note }
        slide.sampledVolumeM3 = change.sampledVolumeM3
        slide.depositAreaMm2 = change.depositAreaMm2
        slide.run = Self.run
        return slide
    }

    func comparison(ofSlide name: String, with other: String) async throws(Problem) -> SlideComparison {
        _ = try await slide(name)
        return SlideComparison(
            first: name, second: other,
            species: [
                SpeciesComparison(
                    species: "Iva xanthiifolia", key: "iva", first: .init(grains: 50, density: (1234.5, 801, 1902)),
                    second: .init(grains: 20, density: (500, 310, 806)), ratio: (2.469, 1.3, 4.69), pValue: 0.0004),
                SpeciesComparison(
                    species: "Galanthus", key: "galanthus", first: .init(grains: 0), second: .init(grains: 3),
                    remark: "no scale"),
            ])
    }

    func placements(ofSlide name: String) async throws(Problem) -> SlidePlacements {
        _ = try await slide(name)
        return SlidePlacements(
            slide: name,
            fields: [
                FieldPlacement(capture: 7, xUm: -10.25, yUm: 0, how: .stage, group: 1),
                FieldPlacement(capture: 8, xUm: 180, yUm: 3.5, how: .registered, group: 1, confidence: 0.93),
                FieldPlacement(capture: 9, reason: "its picture is empty"),
                FieldPlacement(
                    capture: 10, xUm: 180, yUm: 3.5, how: .registered, group: 1, confidence: 1, repeats: 8),
            ], doubles: 3, dirt: 1, remarks: ["stage positions of captures 7 and 8 contradict their pictures"])
    }

    func map(ofSlide name: String) async throws(Problem) -> [UInt8] {
        guard name == "A" else { throw Problem(.mapRefused, "slide \(name) has no fields", hint: "capture some") }
        return Self.picture
    }

    func export(slide name: String, format: ExportFormat, capture: Int64?) async throws(Problem) -> [UInt8] {
        _ = try await slide(name)
        return Array("\(format.rawValue) of \(name)".utf8)
    }

    static let dataSet = DataSetReport(
        slides: [.init(slide: "A", isHeldOut: false, fields: 2), .init(slide: "B", isHeldOut: true, fields: 1)],
        species: [
            .init(key: "iva", species: "Iva \"x\": #anthiifolia ü", grains: 2, grainsHeldOut: 0),
            .init(key: "betula", species: "Betula", grains: 0, grainsHeldOut: 1),
        ],
        fields: [
            .init(
                capture: 7, slide: "A", isHeldOut: false, width: 40, height: 20, nmPerPixel: 180,
                objects: [
                    // Cut by the left border.
                    .init(
                        grain: 1, species: "iva", onBorder: true, ringsPx: [[[0, 2], [4, 2], [4, 8.5], [0, 8.5]]]),
                    // Touches itself: two rings.
                    .init(
                        grain: 2, species: "iva", onBorder: false,
                        ringsPx: [[[10, 10], [20, 10], [15, 15]], [[15, 15], [17, 17], [13, 17]]]),
                    .init(grain: 3, species: nil, onBorder: false, ringsPx: [[[30, 3], [32, 3], [31, 5]]]),
                ]),
            .init(capture: 8, slide: "A", isHeldOut: false, width: 40, height: 20, nmPerPixel: nil, objects: []),
            .init(
                capture: 9, slide: "B", isHeldOut: true, width: 40, height: 20, nmPerPixel: 180,
                objects: [
                    .init(
                        grain: 4, species: "betula", onBorder: false, ringsPx: [[[1, 1], [3, 1], [3, 3], [1, 3]]])
                ]),
        ], remarks: ["What is held out holds no grain of Iva."])

    func dataSet(_ request: DataSetRequest) async throws(Problem) -> DataSetReport {
        for name in request.slides { _ = try await slide(name) }
        return Self.dataSet
    }

    func pair(ofCapture id: Int64, species keys: [String]) async throws(Problem) -> [UInt8] {
        Array("\(id): \(keys.joined(separator: " and "))".utf8)
    }

    func export(capture id: Int64, as format: CaptureFormat) async throws(Problem) -> [UInt8] {
        guard id == 7 else { throw Problem(.exportRefused, "capture \(id) has no pictures", hint: "wait") }
        return Self.picture
    }

    func grain(_ id: Int64) async throws(Problem) -> GrainReport {
        guard id == 1 else { throw Problem(.grainNotFound, "there is no grain \(id)", hint: "list the grains") }
        var grain = Self.grain
        grain.reviews = [Self.review]
        return grain
    }

    func crop(ofGrain id: Int64) async throws(Problem) -> [UInt8] {
        _ = try await grain(id)
        return Self.picture
    }

    func vignette(ofGrain id: Int64) async throws(Problem) -> [UInt8] { try await crop(ofGrain: id) }

    func nextForReview(ofSlide name: String, species: String?, limit: Int) async throws(Problem) -> ReviewList {
        _ = try await slide(name)
        let grains = [Self.grain].filter { species == nil || $0.species == species }
        return ReviewList(slide: name, grains: Array(grains.prefix(limit)), remaining: 4)
    }

    static let groups = GrainGroups(
        slide: "A", fields: 2, fieldsDone: 2, grains: 3, threshold: 0.6, method: "likeness",
        groups: [
            .init(number: 1, grains: [5, 4], diameterUm: 21.5, smallestUm: 20, largestUm: 22.5, circularity: 0.9),
            .init(number: 2, grains: [9], diameterUm: nil, smallestUm: nil, largestUm: nil, circularity: nil),
        ], remarks: ["Capture 8 is left out: no scale."])

    func grainGroups(
        ofSlide name: String, threshold: Double?, timeout: Duration
    ) async throws(Problem) -> GrainGroups {
        _ = try await slide(name)
        return Self.groups
    }

    func review(_ request: ReviewRequest, by peer: Peer) async throws(Problem) -> ReviewResult {
        for id in request.grains where id != 1 {
            throw Problem(.reviewRefused, "grain \(id) was merged into another", hint: "look at its history")
        }
        reviewRequests.append(request)
        peers.append(peer)
        var grain = Self.grain
        grain.status = .confirmed
        return ReviewResult(review: Self.review, grains: [grain])
    }

    func labels(ofSlide name: String) async throws(Problem) -> SlideLabels {
        _ = try await slide(name)
        return SlideLabels(slide: name, fields: Self.labelled)
    }

    static let labelled = [
        SlideLabels.Field(
            capture: 7, capturedAt: "2026-11-22T19:50:00.123Z",
            finished: FinishReport(by: "M. Palyno uid=0 pid=1", at: "2026-11-22T20:10:00.000Z"),
            counts: [GrainCount(key: "iva", species: "Iva xanthiifolia", grains: 5)], confirmed: 5, unreviewed: 0,
            expectedErrors: 0),
        SlideLabels.Field(
            capture: 8, capturedAt: "2026-11-22T19:51:00.000Z",
            counts: [GrainCount(key: "iva", species: "Iva xanthiifolia", grains: 3)], confirmed: 1, unreviewed: 2,
            expectedErrors: 0.75),
    ]

    func finish(capture id: Int64, _ request: FinishRequest, by peer: Peer) async throws(Problem) -> GrainList {
        guard request.revision ?? 4 == 4 else {
            throw Problem(.fieldChanged, "capture \(id) was labelled by somebody else meanwhile", hint: "look again")
        }
        var list = try await grains(ofCapture: id, includingRejected: true)
        list.finished = FinishReport(by: request.reviewer ?? "uid=\(peer.uid)", at: "2026-11-22T20:10:00.000Z")
        return list
    }

    func reopen(capture id: Int64, _ request: FinishRequest, by peer: Peer) async throws(Problem) -> GrainList {
        try await grains(ofCapture: id, includingRejected: true)
    }

    var knownSpecies: [SpeciesReport] {
        [SpeciesReport(key: "iva", name: "Iva xanthiifolia", colour: "#0000ff", isOfLens: true)]
    }

    func addSpecies(_ request: SpeciesRequest, by peer: Peer) async throws(Problem) -> SpeciesReport {
        SpeciesReport(key: request.proposedKeys[0], name: request.name, colour: "#e69f00", isOfLens: false)
    }

    func reviews(ofSlide name: String) async throws(Problem) -> [ReviewReport] {
        _ = try await slide(name)
        return [Self.review]
    }

    func offerLens(manifest: [UInt8], by peer: Peer) async throws(Problem) -> LensOffer {
        let digest = "d\(manifest.count)"
        lenses[digest] = lenses[digest] ?? (manifest, [:])
        peers.append(peer)
        return LensOffer(digest: digest, missing: missing(digest))
    }

    func storeLensFile(
        digest: String, name: String, bytes: [UInt8], piece: LensFilePiece?, by peer: Peer
    ) async throws(Problem) -> LensOffer {
        guard lenses[digest] != nil else {
            throw Problem(.lensNotOffered, "no lens \(digest) was offered", hint: "offer its manifest first")
        }
        guard ["a.safetensors", "b.safetensors"].contains(name) else {
            throw Problem(.invalidLensFile, "the lens has no file \(name)", hint: "send the files it names")
        }
        lenses[digest]?.files[name] = bytes
        if let piece { pieces.append(piece) }
        peers.append(peer)
        return LensOffer(digest: digest, missing: missing(digest))
    }

    private func missing(_ digest: String) -> [String] {
        // The first is known already.
        lenses[digest]?.files["b.safetensors"] == nil ? ["b.safetensors"] : []
    }

    func reanalyse(_ request: ReanalysisRequest, by peer: Peer) async throws(Problem) -> ReanalysisJob {
        _ = try await slide(request.slide)
        reanalysisRequests.append(request)
        peers.append(peer)
        return ReanalysisJob(
            id: "r1", slide: request.slide, run: nil, state: .queued, revision: 1, done: 0, total: 4, message: "waiting"
        )
    }

    func reanalysis(_ id: String, after revision: Int?, timeout: Duration) async throws(Problem) -> ReanalysisJob {
        guard id == "r1" else { throw Problem(.jobNotFound, "there is no job \(id)", hint: "list the runs") }
        waits.append((revision, timeout))
        let running = ReanalysisJob(
            id: id, slide: "A", run: 2, state: .running, revision: 2, done: 1, total: 4, message: "capture 8")
        guard let revision, revision >= 2 else { return running }
        return ReanalysisJob(
            id: id, slide: "A", run: 2, state: .done, revision: 3, done: 4, total: 4, message: "done",
            difference: Self.difference)
    }

    func stopReanalysis(_ id: String, by peer: Peer) async throws(Problem) -> ReanalysisJob {
        peers.append(peer)
        return ReanalysisJob(
            id: id, slide: "A", run: 2, state: .stopped, revision: 3, done: 1, total: 4, message: "stopped")
    }

    func runs(ofSlide name: String) async throws(Problem) -> [RunReport] {
        _ = try await slide(name)
        return [
            RunReport(
                id: 1, lens: Self.run.lens, lensDigest: Self.run.lensDigest, startedAt: "2026-11-22T19:50:00Z",
                capturesDone: 4, capturesTotal: 4, isInForce: true, counts: Self.finished.counts, unidentified: 1),
            RunReport(
                id: 2, lens: "other", lensDigest: "abababababab",
                settings: RunSettings(minimumConfidence: 0.5, minimumAreaUm2: 60, border: .wholeOnly),
                startedAt: "2026-11-23T09:00:00Z", capturesDone: 1, capturesTotal: 4, isInForce: false,
                counts: Self.finished.counts, unidentified: 0),
        ]
    }

    func difference(ofSlide name: String, run: Int64, to other: Int64) async throws(Problem) -> RunDifference {
        guard (run, other) == (1, 2) else {
            throw Problem(.runNotFound, "slide \(name) has no run \(other)", hint: "list the runs")
        }
        return Self.difference
    }

    func calibrations() async throws(Problem) -> [CalibrationReport] {
        var first = Self.calibration
        (first.id, first.nmPerPixel, first.isInUse) = (0, 181.25, false)
        return [first, Self.calibration]
    }

    static let flatField = FlatFieldReport(
        id: 3, at: "2026-11-22T08:00:00Z", by: "anna (1000), process 7", objective: "20x", camera: "camera",
        width: 1280,
        height: 1024, frames: 16, fallOff: 0.24, dust: [.init(xPx: 80, yPx: 60.4, diameterPx: 24, depth: 0.05)],
        isInUse: true)

    func instrumentReport() async throws(Problem) -> InstrumentReport {
        InstrumentReport(
            source: "camera", nmPerPixel: 180,
            days: [.init(date: "2026-11-22", captures: 3, light: 0.72, tint: 0.05, edgeBlurUm: nil)],
            drifts: ["the light has changed"])
    }

    func flatFields() async throws(Problem) -> [FlatFieldReport] { [Self.flatField] }

    func takeFlatField(_ request: FlatFieldRequest, by peer: Peer) async throws(Problem) -> FlatFieldReport {
        guard request.frames != 7 else {
            throw Problem(.flatFieldRefused, "something lies on the glass", hint: "move to an empty place")
        }
        return Self.flatField
    }

    func calibrate(_ request: CalibrationRequest, by peer: Peer) async throws(Problem) -> CalibrationReport {
        if request.stageMicrometerDivisionUm != nil {
            throw Problem(.calibrationRefused, "no lines are in the picture", hint: "bring the micrometer into focus")
        }
        calibrationRequests.append(request)
        peers.append(peer)
        return Self.calibration
    }

    func use(objective: String, by peer: Peer) async throws(Problem) -> CalibrationReport {
        guard objective == "20x" else {
            throw Problem(.objectiveNotFound, "there is no objective \(objective)", hint: "list the objectives")
        }
        peers.append(peer)
        return Self.calibration
    }
}
