internal import ControlAPI
internal import Foundation
internal import Quantities
internal import SlideStore
internal import Statistics

/// What the instrument has shown of late, and whether a field of today is unlike it: in light, colour or sharpness.
actor InstrumentHistory {
    /// Looked back.
    static let days = 60
    /// Changes that matter: of the light as a share of it, of the tint, and of the blur as a share of it.
    private static let leastLight = 0.1
    private static let leastTint = 0.06
    private static let leastBlur = 0.25

    private let store: SlideStore
    /// Of one camera and scale, on one day.
    private var known:
        (source: String, nmPerPixel: Double?, date: String, before: [InstrumentDay], today: [FieldMeasures])?

    init(store: SlideStore) { self.store = store }

    /// Notes what a field shows, and says what is unlike the days before.
    func doubts(of measures: FieldMeasures, _ capture: Capture) async throws(Problem) -> [FieldDoubt] {
        let date = String(Microscope.iso8601(capture.capturedAt).prefix(10)), scale = capture.scale?.nmPerPixel
        if known?.source != capture.source || known?.nmPerPixel != scale || known?.date != date {
            let days = try await measured(source: capture.source, nmPerPixel: scale, at: capture.capturedAt)
            known = (
                capture.source, scale, date, days.filter { $0.date < date }.map { InstrumentDay($0.date, $0.measures) },
                days.first { $0.date == date }?.measures ?? []
            )
        }
        known?.today.append(measures)
        guard let known else { return [] }
        return Self.drifts(of: InstrumentDay(date, known.today), after: known.before).map {
            FieldDoubt(.instrumentDrift, $0)
        }
    }

    /// The latest camera's days, and what is unlike on the last one.
    func report() async throws(Problem) -> InstrumentReport {
        let latest = try await asProblems { () throws(StoreError) in try await store.latestInstrument() }
        guard let latest else { return InstrumentReport(source: "", nmPerPixel: nil, days: [], drifts: []) }
        let days = try await measured(source: latest.source, nmPerPixel: latest.nmPerPixel, at: Date()).map {
            InstrumentDay($0.date, $0.measures)
        }
        return InstrumentReport(
            source: latest.source, nmPerPixel: latest.nmPerPixel,
            days: days.map {
                InstrumentReport.Day(
                    date: $0.date, captures: $0.captures, light: $0.light, tint: $0.tint,
                    edgeBlurUm: $0.edgeBlurMicrometres)
            }, drifts: days.last.map { Self.drifts(of: $0, after: days.dropLast()) } ?? [])
    }

    private func measured(
        source: String, nmPerPixel: Double?, at date: Date
    ) async throws(Problem) -> [(date: String, measures: [FieldMeasures])] {
        try await asProblems { () throws(StoreError) in
            try await store.instrumentMeasures(
                source: source, nmPerPixel: nmPerPixel,
                since: date.addingTimeInterval(-Double(Self.days) * 86_400))
        }
    }

    /// A sentence each.
    static func drifts(of today: InstrumentDay, after before: [InstrumentDay]) -> [String] {
        func percent(_ value: Double) -> String { "\(Int(saturating: (100 * value).rounded())) %" }
        func tenths(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
        let days = "on the \(before.count) days before"
        var sentences: [String] = []
        let lights = before.map(\.light)
        if let usual = Drift.median(lights),
            let light = Drift(today: today.light, before: lights, leastChange: leastLight * usual)
        {
            sentences.append(
                "the light has changed: the glass has \(percent(light.today)) of full scale, and had \(percent(light.usual)) "
                    + days)
        }
        if let tint = Drift(today: today.tint, before: before.map(\.tint), leastChange: leastTint) {
            sentences.append(
                "the colour of the light has changed: the glass has a saturation of \(percent(tint.today)), and had "
                    + "\(percent(tint.usual)) \(days)")
        }
        let blurs = before.compactMap(\.edgeBlurMicrometres)
        if let blur = today.edgeBlurMicrometres, let usual = Drift.median(blurs),
            let drift = Drift(today: blur, before: blurs, leastChange: leastBlur * usual)
        {
            sentences.append(
                "the sharpness has changed: the sharpest edges are blurred by \(tenths(drift.today)) µm, and were by "
                    + "\(tenths(drift.usual)) µm \(days)")
        }
        return sentences
    }
}

extension InstrumentDay {
    init(_ date: String, _ measures: [FieldMeasures]) {
        self.init(
            date: date, captures: measures.count, light: Drift.median(measures.map(\.light)) ?? 0,
            tint: Drift.median(measures.map(\.tint)) ?? 0,
            edgeBlurMicrometres: Drift.median(measures.compactMap(\.edgeBlurMicrometres)))
    }
}
