internal import ControlAPI
internal import Quantities
internal import Sampling
internal import SlideStore

/// Which of a plan's fields are captured.
struct SampleProgress: Sendable {
    let plan: SamplingPlan
    let part: SamplePart
    let fields: [PlannedField]
    /// The capture of each planned field, in the order of the plan; nil: it is to be taken.
    let captures: [Capture.ID?]
    /// Captures of fields that others were captured of before, and of places that are none of the plan's.
    let repeated: [Capture.ID]
    let unplanned: [Capture.ID]

    /// - Parameter all: of the slide, oldest first.
    init(_ plan: SamplingPlan, of sample: Sample, _ all: [PlannedCapture]) {
        self.plan = plan
        part = sample.part
        fields = plan.fields(on: part)
        var places: [SIMD2<Int>: Int] = [:]
        for (index, field) in fields.enumerated() {
            places[Self.key(field.alongMillimetres, field.acrossMillimetres)] = index
        }
        var captures = [Capture.ID?](repeating: nil, count: fields.count)
        var repeated: [Capture.ID] = [], unplanned: [Capture.ID] = []
        for capture in all where capture.isKept {
            guard let place = capture.place,
                let index = places[Self.key(place.alongMillimetres, place.acrossMillimetres)]
            else {
                unplanned.append(capture.id)
                continue
            }
            if captures[index] == nil { captures[index] = capture.id } else { repeated.append(capture.id) }
        }
        self.captures = captures
        self.repeated = repeated
        self.unplanned = unplanned
    }

    /// In micrometres: places are told and kept to those.
    private static func key(_ along: Double, _ across: Double) -> SIMD2<Int> {
        SIMD2(Int(saturating: (along * 1000).rounded()), Int(saturating: (across * 1000).rounded()))
    }

    var taken: Int { captures.count { $0 != nil } }

    /// The first that is to be taken.
    /// - Parameter band: of this one; 0: of any.
    func next(ofBand band: Int = 0) -> PlannedField? {
        zip(fields, captures).first { field, capture in capture == nil && (band == 0 || field.band == band) }?.0
    }

    /// The one that was captured last.
    var last: PlannedField? {
        zip(fields, captures).compactMap { field, capture in capture.map { (field, $0) } }.max { $0.1 < $1.1 }?.0
    }

    /// What the plan and the captures lack, in sentences.
    var faults: [String] {
        var faults = plan.faults(on: part)
        if !unplanned.isEmpty {
            faults.append(
                "\(SlideDoubts.names(unplanned)) \(unplanned.count == 1 ? "is" : "are") of no planned field, and no part of the "
                    + "values")
        }
        if !repeated.isEmpty {
            faults.append(
                "\(SlideDoubts.names(repeated)) \(repeated.count == 1 ? "is" : "are") of planned fields that were captured "
                    + "before, and no part of the values")
        }
        return faults
    }
}

extension SamplePlanReport.Field {
    init(_ field: PlannedField, _ part: SamplePart) {
        self.init(
            number: field.number, band: field.band, alongMm: field.alongMillimetres, acrossMm: field.acrossMillimetres,
            time: part.text(part.instant(alongMillimetres: field.alongMillimetres)))
    }
}

extension SamplePlanReport {
    init(slide: String, _ progress: SampleProgress) {
        let (plan, part) = (progress.plan, progress.part)
        let planned = plan.plannedShare(on: part)
        var fields = [Int](repeating: 0, count: plan.bandsMillimetres.count + 1), taken = fields
        for (field, capture) in zip(progress.fields, progress.captures) {
            fields[field.band ?? 0] += 1
            if capture != nil { taken[field.band ?? 0] += 1 }
        }
        let next = progress.next()
        self.init(
            slide: slide, method: .init(plan.method),
            bands: plan.bandsMillimetres.enumerated().map { index, middle in
                Band(number: index + 1, atMm: middle, fields: fields[index + 1], taken: taken[index + 1])
            }, seed: plan.method == .random ? Int(plan.seed) : nil, fieldAlongUm: plan.fieldAlongMicrometres,
            fieldAcrossUm: plan.fieldAcrossMicrometres, depositLengthMm: part.lengthMillimetres,
            depositWidthMm: part.widthMillimetres, fields: progress.fields.count, taken: progress.taken,
            unplanned: progress.unplanned.count, wantedShare: plan.wantedShare, plannedShare: planned,
            takenShare: planned * Double(progress.taken) / Double(max(1, progress.fields.count)),
            next: next.map { Field($0, part) },
            move: next.flatMap { next in
                progress.last.map {
                    (next.alongMillimetres - $0.alongMillimetres, next.acrossMillimetres - $0.acrossMillimetres)
                }
            }, faults: progress.faults)
    }
}
