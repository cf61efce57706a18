import ControlAPI
import ControlServer

extension StandInInstrument {
    static let sample = SampleReport(
        slide: "A", station: "Leipzig", trap: .burkard, trapName: "", flowLMin: 10, tapeSpeedMmH: 2, depositWidthMm: 14,
        begins: "2026-06-08T09:00:00+02:00", ends: "2026-06-15T09:00:00+02:00", timeZone: "Europe/Berlin",
        day: "2026-06-12", date: "2026-06-12", partBegins: "2026-06-12T00:00:00+02:00",
        partEnds: "2026-06-13T00:00:00+02:00", hours: 24, depositLengthMm: 48, depositAreaMm2: 672,
        sampledVolumeM3: 14.4, mountingMedium: "glycerine jelly", stain: "fuchsin", preparedBy: "Anna",
        notes: ["rain": "none"], method: .transverse, at: "2026-06-16T08:00:00Z", by: "anna")

    static let samplePlan = SamplePlanReport(
        slide: "A", method: .transverse,
        bands: (1...12).map { .init(number: $0, atMm: Double($0) * 4 - 2, fields: 35, taken: $0 == 1 ? 35 : 0) },
        seed: nil, fieldAlongUm: 500, fieldAcrossUm: 400, depositLengthMm: 48, depositWidthMm: 14, fields: 420,
        taken: 35, unplanned: 0, wantedShare: 0.1, plannedShare: 0.125, takenShare: 0.0104,
        next: .init(number: 36, band: 2, alongMm: 6, acrossMm: 13.8, time: "2026-06-12T03:00:00+02:00"),
        move: (4, 0), faults: ["the bands overlap"])

    func sample(ofSlide name: String) async throws(Problem) -> SampleReport {
        _ = try await slide(name)
        return Self.sample
    }

    func changeSample(
        ofSlide name: String, _ change: SampleChange, by peer: Peer
    ) async throws(Problem) -> SampleReport {
        _ = try await slide(name)
        sampleChanges.append(change)
        peers.append(peer)
        return Self.sample
    }

    func clearSample(ofSlide name: String, by peer: Peer) async throws(Problem) -> SlideSummary {
        peers.append(peer)
        return try await slide(name)
    }

    func samplePlan(ofSlide name: String) async throws(Problem) -> SamplePlanReport {
        _ = try await slide(name)
        return Self.samplePlan
    }

    func plannedFields(ofSlide name: String) async throws(Problem) -> [SamplePlanReport.Field] {
        _ = try await slide(name)
        return [Self.samplePlan.next!]
    }

    func sampleValues(ofSlide name: String) async throws(Problem) -> SampleValues {
        _ = try await slide(name)
        let step = SampleValues.Step(
            words: "air sampled", working: "10 l/min x 24 h x 60 / 1000", value: 14.4, text: "14.4 m³")
        let day = SampleValues.Value(grains: 136, perM3: 75.6, lowPerM3: 60.1, highPerM3: 93.2)
        return SampleValues(
            sample: Self.sample, plan: Self.samplePlan, fields: 420, examinedMm2: 84, examinedShare: 0.125,
            arithmetic: [step],
            taxa: [
                .init(
                    species: "Iva xanthiifolia", key: "iva", day: day, dispersion: 1.4,
                    slots: [
                        .init(
                            begins: "2026-06-12T00:00:00+02:00", ends: "2026-06-12T02:00:00+02:00",
                            value: .init(grains: 3, perM3: 20, lowPerM3: 5, highPerM3: 60)),
                        .init(begins: "2026-06-12T02:00:00+02:00", ends: "2026-06-12T04:00:00+02:00", value: nil),
                    ], arithmetic: [step])
            ], doubts: ["9.8 % of the deposit is examined"])
    }

    func traps() async throws(Problem) -> [TrapSummary] {
        [TrapSummary(station: "Leipzig", trapName: "", slides: 3, first: "2026-06-12", last: "2026-06-14")]
    }

    func season(_ request: SeasonRequest) async throws(Problem) -> SeasonReport {
        guard request.station != "Atlantis" else {
            throw Problem(.sampleNotFound, "no slide has a sample of the station \"Atlantis\"", hint: "state one")
        }
        func day(_ date: String, _ values: [SeasonReport.Value], _ missing: String? = nil) -> SeasonReport.Day {
            .init(
                date: date, year: "2026", slides: ["A"], hours: 24, airM3: 14.4,
                examinedShare: missing == nil ? 0.125 : nil, values: values, missing: missing, doubts: [])
        }
        return SeasonReport(
            station: request.station ?? "Leipzig", trapName: request.trapName ?? "", timeZone: "Europe/Berlin",
            days: [
                day(
                    request.from ?? "2026-06-12",
                    [.init(key: "iva", grains: 136, perM3: 75.6, lowPerM3: 60.1, highPerM3: 93.2)]),
                day("2026-06-13", [], "no lens has looked at it"), day(request.to ?? "2026-06-14", []),
            ],
            taxa: [
                .init(
                    key: "iva", species: "Iva xanthiifolia",
                    seasons: [
                        .init(
                            year: "2026", integral: 75.6, peakDate: "2026-06-12", peakPerM3: 75.6, begins: "2026-06-12",
                            ends: "2026-06-12")
                    ])
            ],
            years: [
                .init(
                    name: "2026", begins: request.firstMonth == 7 ? "2025-07-01" : "2026-01-01", days: 2,
                    missingDates: ["2026-06-13"])
            ], remarks: [])
    }

    func season(_ request: SeasonRequest, as format: SeasonFormat) async throws(Problem) -> [UInt8] {
        Array("\(format.rawValue) of \(try await season(request).station)".utf8)
    }
}
