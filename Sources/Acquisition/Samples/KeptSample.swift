internal import ControlAPI
internal import Foundation
internal import Quantities
internal import Sampling
internal import SlideStore

/// A slide's sample and plan as the store keeps them.
struct KeptSample: Sendable, Equatable {
    var sample: Sample
    /// Nil where nothing is planned.
    var plan: SamplingPlan?

    init(sample: Sample, plan: SamplingPlan?) {
        self.sample = sample
        self.plan = plan
    }

    init(_ stored: StoredSample) throws(Problem) {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        do {
            sample = try decoder.decode(Sample.self, from: Data(stored.sample.utf8))
            plan = try stored.plan.map { try decoder.decode(SamplingPlan.self, from: Data($0.utf8)) }
        } catch {
            throw Problem(
                .storeFailed, "the slide's sample cannot be read", hint: "state it anew with neurallens sample set")
        }
    }

    /// For the store.
    func new() throws(Problem) -> NewSample {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let part = sample.part
        do {
            return NewSample(
                trapKey: [sample.station, sample.trap.model.rawValue, sample.trap.name]
                    .map { $0.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ") }
                    .joined(separator: "\u{1F}"),
                begins: part.begins, ends: part.ends,
                sample: String(decoding: try encoder.encode(sample), as: UTF8.self),
                plan: try plan.map { String(decoding: try encoder.encode($0), as: UTF8.self) },
                sampledVolumeCubicMetres: part.airCubicMetres,
                depositAreaSquareMillimetres: part.depositSquareMillimetres)
        } catch {
            throw Problem(.internalError, "the sample cannot be written: \(error)", hint: "report it")
        }
    }
}

extension KeptSample {
    /// What a change makes of a sample, or the first words on one.
    /// - Parameters:
    ///   - field: sides of the slide's fields along and across the tape, in µm, for plans that do not say; nil: unknown.
    ///   - seed: of random fields, for plans that do not say.
    init(_ change: SampleChange, over old: KeptSample?, field: SIMD2<Double>?, seed: UInt32) throws(Problem) {
        do throws(SamplingError) {
            sample = try Self.sample(change, over: old?.sample)
        } catch {
            throw Problem(error)
        }
        plan = old?.plan
        guard let method = change.method.map({ SamplingMethod($0) }) ?? old?.plan?.method else {
            if change.speaksOfPlan {
                throw Problem(
                    .invalidSample, "how the sample is examined was not said",
                    hint: "give a method: longitudinal, transverse, random or whole")
            }
            return
        }
        guard change.speaksOfPlan else { return }
        let earlier = old?.plan
        let same = earlier?.method == method ? earlier : nil
        let stated = change.fieldAlongUm.flatMap { along in change.fieldAcrossUm.map { SIMD2(along, $0) } }
        let known = earlier.map { SIMD2($0.fieldAlongMicrometres, $0.fieldAcrossMicrometres) }
        guard let field = stated ?? known ?? field else {
            throw Problem(
                .invalidSample, "how large a field is is not known: no capture of the slide has a scale",
                hint: "give both sides in um, or capture a field first")
        }
        // A share or a size that is stated anew asks for as many bands or fields as it takes.
        let isRecounted = change.share != nil || stated != nil
        let kept = isRecounted || change.bands != nil || change.bandsAtMm != nil ? nil : same
        do throws(SamplingError) {
            plan = try SamplingPlan(
                method, of: sample.part, fieldAlongMicrometres: field.x, fieldAcrossMicrometres: field.y,
                wantedShare: change.share ?? earlier?.wantedShare ?? SamplingPlan.usualShare, bands: change.bands,
                bandsMillimetres: change.bandsAtMm ?? kept?.bandsMillimetres,
                fields: change.fields ?? (isRecounted ? nil : same.flatMap { $0.fields > 0 ? $0.fields : nil }),
                seed: change.seed.map { UInt32(clamping: $0) } ?? same?.seed ?? seed)
        } catch {
            throw Problem(error)
        }
    }

    private static func sample(_ change: SampleChange, over old: Sample?) throws(SamplingError) -> Sample {
        var missing: [String] = []
        if old == nil {
            if change.station == nil { missing.append("its station") }
            if change.begins == nil { missing.append("when its exposure begins") }
            if change.ends == nil { missing.append("when it ends") }
            if change.timeZone == nil { missing.append("the time zone") }
        }
        guard let station = change.station ?? old?.station, let zone = change.timeZone ?? old?.timeZone,
            missing.isEmpty
        else {
            throw SamplingError(
                .badExposure, "of the sample is not said: \(missing.joined(separator: ", "))",
                hint: "give station, begins, ends and time zone")
        }
        let clock = try CivilClock(zone)
        let begins = try change.begins.map { (text) throws(SamplingError) in try clock.instant(text) } ?? old?.begins
        let ends = try change.ends.map { (text) throws(SamplingError) in try clock.instant(text) } ?? old?.ends
        var day = old?.day
        if let text = change.day {
            day = CalendarDay(text)
            guard day != nil || text.isEmpty else {
                throw SamplingError(.badTime, "\"\(text)\" is no day", hint: "give it as 2026-06-12")
            }
        }
        let trap = try Trap(
            model: change.trap.flatMap { Trap.Model(rawValue: $0.rawValue) } ?? old?.trap.model ?? .burkard,
            name: plain(change.trapName) ?? old?.trap.name ?? "",
            flowLitresPerMinute: change.flowLMin ?? old?.trap.flowLitresPerMinute
                ?? Trap.usualFlowLitresPerMinute,
            tapeSpeedMillimetresPerHour: change.tapeSpeedMmH ?? old?.trap.tapeSpeedMillimetresPerHour
                ?? Trap.usualTapeSpeedMillimetresPerHour,
            depositWidthMillimetres: change.depositWidthMm ?? old?.trap.depositWidthMillimetres
                ?? Trap.usualDepositWidthMillimetres)
        let notes = (old?.notes ?? [:]).merging(change.notes ?? [:]) { $1 }.filter { !$0.value.isEmpty }
        return try Sample(
            station: plain(station) ?? "", trap: trap, begins: begins ?? .distantPast, ends: ends ?? .distantPast,
            timeZone: zone, day: day, mountingMedium: plain(change.mountingMedium) ?? old?.mountingMedium ?? "",
            stain: plain(change.stain) ?? old?.stain ?? "",
            preparedBy: plain(change.preparedBy) ?? old?.preparedBy ?? "",
            notes: notes)
    }

    private static func plain(_ text: String?) -> String? {
        text?.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}

extension SampleChange {
    fileprivate var speaksOfPlan: Bool {
        method != nil || bands != nil || bandsAtMm != nil || fields != nil || seed != nil || fieldAlongUm != nil
            || share != nil
    }
}

extension SamplingMethod {
    fileprivate init(_ method: SampleChange.Method) {
        self =
            switch method {
            case .longitudinal: .longitudinal
            case .transverse: .transverse
            case .random: .random
            case .whole: .whole
            }
    }
}

extension SampleChange.Method {
    init(_ method: SamplingMethod) {
        self =
            switch method {
            case .longitudinal: .longitudinal
            case .transverse: .transverse
            case .random: .random
            case .whole: .whole
            }
    }
}

extension Problem {
    init(_ error: SamplingError) { self.init(.invalidSample, error.message, hint: error.hint) }
}

extension SampleReport {
    init(slide: String, _ kept: KeptSample, _ stored: StoredSample) {
        let (sample, part) = (kept.sample, kept.sample.part)
        self.init(
            slide: slide, station: sample.station,
            trap: SampleChange.Trap(rawValue: sample.trap.model.rawValue) ?? .own, trapName: sample.trap.name,
            flowLMin: sample.trap.flowLitresPerMinute, tapeSpeedMmH: sample.trap.tapeSpeedMillimetresPerHour,
            depositWidthMm: sample.trap.depositWidthMillimetres, begins: part.text(sample.begins),
            ends: part.text(sample.ends), timeZone: sample.timeZone, day: sample.day?.description,
            date: part.date.description, partBegins: part.text(part.begins), partEnds: part.text(part.ends),
            hours: part.hours, depositLengthMm: part.lengthMillimetres, depositAreaMm2: part.depositSquareMillimetres,
            sampledVolumeM3: part.airCubicMetres, mountingMedium: sample.mountingMedium, stain: sample.stain,
            preparedBy: sample.preparedBy, notes: sample.notes, method: kept.plan.map { .init($0.method) },
            at: Microscope.iso8601(stored.at), by: stored.agent.text)
    }
}
