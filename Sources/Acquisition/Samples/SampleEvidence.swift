internal import ControlAPI
internal import Foundation
internal import Quantities
internal import Sampling
internal import SlideStore

/// The examined fields of a sample, with the area that each adds.
struct SampleEvidence: Sendable {
    let kept: KeptSample
    let plan: SamplingPlan
    let stored: StoredSample
    let progress: SampleProgress
    /// Planned, analysed, and with their index among the tallies.
    private let examined: [(tally: Int, field: PlannedField, areaSquareMillimetres: Double)]

    /// Nil where nothing is planned, or no planned field is analysed.
    /// - Parameter areas: that each tally adds, in µm².
    init?(_ record: SlideRecord, areas: [Double]) {
        guard let stored = record.summary.sample, let kept = try? KeptSample(stored), let plan = kept.plan else {
            return nil
        }
        self.kept = kept
        self.plan = plan
        self.stored = stored
        progress = SampleProgress(plan, of: kept.sample, record.captures.map { PlannedCapture($0) })
        let tallies = Dictionary(
            uniqueKeysWithValues: record.tallies.enumerated().map { ($0.element.capture, $0.offset) })
        examined = zip(progress.fields, progress.captures).compactMap { field, capture in
            guard let tally = capture.flatMap({ tallies[$0] }), areas[tally] > 0 else { return nil }
            return (tally, field, areas[tally] / 1e6)
        }
        guard !examined.isEmpty else { return nil }
    }

    var part: SamplePart { progress.part }
    var fields: Int { examined.count }
    var examinedSquareMillimetres: Double { examined.reduce(0) { $0 + $1.areaSquareMillimetres } }
    var share: Double { min(1, examinedSquareMillimetres / part.depositSquareMillimetres) }

    /// - Parameter grains: of one taxon, by index among the tallies.
    func values(_ grains: (Int) -> Int) -> TaxonValues? {
        TaxonValues(
            examined.map { tally, field, area in
                ExaminedField(
                    band: field.band, alongMillimetres: field.alongMillimetres,
                    acrossMillimetres: field.acrossMillimetres, grains: grains(tally), areaSquareMillimetres: area)
            }, plan: plan, part: part)
    }

    /// What whoever uses the values must know.
    var doubts: [String] {
        var doubts = progress.faults
        let missing = progress.fields.count - fields
        if missing > 0 {
            doubts.append(
                "\(missing) of \(progress.fields.count) planned fields are not examined: the values rest on the others"
                    + (plan.method == .whole ? ", taken as if they were drawn by chance" : ""))
        }
        if plan.plannedShare(on: part) >= SamplingPlan.usualShare, share < SamplingPlan.usualShare {
            doubts.append(
                "\(Arithmetic.percent(share)) of the deposit is examined, and EN 16868 asks for 10 % "
                    + "(counting frames are smaller than fields)")
        }
        return doubts
    }
}

extension SampleValues.Step {
    init(_ step: Arithmetic) {
        self.init(
            words: step.words, working: step.working, value: step.value,
            text: Arithmetic.text(step.value) + (step.unit.isEmpty ? "" : " \(step.unit)"))
    }
}

extension SampleValues.Value {
    init(_ value: SampleValue) {
        self.init(grains: value.grains, perM3: value.perM3, lowPerM3: value.lowPerM3, highPerM3: value.highPerM3)
    }
}

extension SampleValues.Taxon {
    init(species: String, key: String, _ values: TaxonValues, _ part: SamplePart) {
        self.init(
            species: species, key: key, day: .init(values.day), dispersion: values.day.dispersion,
            slots: values.slots.map {
                .init(begins: part.text($0.begins), ends: part.text($0.ends), value: $0.value.map { .init($0) })
            }, arithmetic: values.arithmetic.map { .init($0) })
    }
}
