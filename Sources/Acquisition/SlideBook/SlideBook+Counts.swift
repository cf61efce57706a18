package import ControlAPI
internal import Foundation
internal import Grains
internal import Lens
internal import Mosaic
internal import Quantities
internal import Sampling
internal import SlideStore
internal import Statistics

/// Counts with what they are worth: density, interval, concentration.
extension SlideBook {
    package func counts(ofSlide name: String, untilPrecision precision: Double?) async throws(Problem) -> SlideCounts {
        let evidence = try await evidence(ofSlide: name)
        try requireCount(evidence)
        let summary = evidence.summary
        let counts = Dictionary(uniqueKeysWithValues: summary.counts.map { ($0.species, $0) })
        func total(_ status: Standing.Status) -> Int { summary.counts.reduce(0) { $0 + ($1.byStatus[status] ?? 0) } }
        let names = names(of: summary.counts, run: evidence.run)
        let species = try await computed { (isWanted) throws(Problem) in
            try names.map { (key, name) throws(Problem) in
                guard isWanted() else { throw Problem(CancellationError()) }
                return try Self.count(name, key, counts[key], evidence, untilPrecision: precision)
            }
        }
        return SlideCounts(
            slide: summary.slide.name, run: evidence.run.map { RunReference($0) }, captures: summary.countedCaptures,
            fields: evidence.isScaled ? evidence.fields : summary.countedCaptures, areaExaminedCm2: evidence.areaCm2,
            species: species, unidentified: counts[Grain.unidentified]?.grains ?? 0, doubles: total(.double),
            rejected: total(.rejected), excludedCaptures: summary.excluded,
            capturesNotVouchedFor: evidence.capturesNotVouchedFor, surveyedFields: evidence.surveyed,
            fieldsToSurvey: evidence.toSurvey, doubts: evidence.doubts.sentences)
    }

    package func comparison(ofSlide name: String, with other: String) async throws(Problem) -> SlideComparison {
        let first = try await evidence(ofSlide: name), second = try await evidence(ofSlide: other)
        try requireCount(first)
        try requireCount(second)
        for (name, slide) in [(name, first), (other, second)] where slide.areaCm2 == nil {
            throw Problem(
                .comparisonRefused, "the slide \"\(name)\" has no analysed field with a known scale",
                hint: "capture fields with a known scale, then compare")
        }
        var known = names(of: first.summary.counts, run: first.run)
        for other in names(of: second.summary.counts, run: second.run)
        where !known.contains(where: { $0.key == other.key }) {
            known.append(other)
        }
        let names = known
        let species = try await computed { (isWanted) throws(Problem) in
            var species: [SpeciesComparison] = []
            for (key, name) in names {
                guard isWanted() else { throw Problem(CancellationError()) }
                let one = try first.density(key), other = try second.density(key)
                guard let one, let other else { continue }
                let ratio = DensityRatio(one, other)
                species.append(
                    SpeciesComparison(
                        species: name, key: key,
                        first: .init(grains: one.grains, density: (one.densityPerCm2, one.lowPerCm2, one.highPerCm2)),
                        second: .init(
                            grains: other.grains, density: (other.densityPerCm2, other.lowPerCm2, other.highPerCm2)),
                        ratio: ratio.ratio.flatMap { value in ratio.high.map { (value, ratio.low, $0) } },
                        pValue: ratio.pValue, remark: one.remark ?? other.remark))
            }
            return species
        }
        return SlideComparison(first: first.summary.slide.name, second: second.summary.slide.name, species: species)
    }

    private static func count(
        _ name: String, _ key: String, _ count: StoredCount?, _ evidence: SlideEvidence, untilPrecision: Double?
    ) throws(Problem) -> ControlAPI.SpeciesCount {
        let density = try evidence.density(key)
        var result = ControlAPI.SpeciesCount(
            species: name, key: key, grains: count?.grains ?? 0, doubtful: count?.byStatus[.doubtful] ?? 0,
            confirmed: count?.byStatus[.confirmed] ?? 0,
            density: density.map { ($0.densityPerCm2, $0.lowPerCm2, $0.highPerCm2) }, dispersion: density?.dispersion,
            remark: density?.remark)
        guard let density else { return result }
        do {
            let slide = evidence.summary.slide
            // A plan says more of how the deposit was examined than that fields were.
            if let day = evidence.values(key)?.day {
                result.concentrationPerM3 = day.perM3
                result.concentrationLowPerM3 = day.lowPerM3
                result.concentrationHighPerM3 = day.highPerM3
            } else if let volume = slide.sampledVolumeCubicMetres, let area = slide.depositAreaSquareMillimetres {
                let air = try density.concentration(depositAreaCm2: area / 100, airVolumeM3: volume)
                result.concentrationPerM3 = air.perM3
                result.concentrationLowPerM3 = air.lowPerM3
                result.concentrationHighPerM3 = air.highPerM3
            }
            if let untilPrecision {
                switch try density.fieldsNeeded(relativePrecision: untilPrecision) {
                case .more(let fields): result.moreFields = fields
                case .tooFewFields: result.remark = "one field: how many more are needed cannot be known yet"
                case .noGrains: result.remark = "no grain yet: how many more fields are needed cannot be known"
                }
            }
        } catch {
            throw Problem(.invalidSlideChange, error.message, hint: error.hint)
        }
        return result
    }

    /// What a slide's counts rest on.
    func evidence(ofSlide name: String) async throws(Problem) -> SlideEvidence {
        let record = try await asProblems { () throws(StoreError) in try await store.record(ofSlide: name) }
        return await evidence(of: record)
    }

    func evidence(of record: SlideRecord) async -> SlideEvidence {
        await computed { SlideEvidence(record) }
    }

    /// Throws where no lens has looked at any field: nothing seen is not nothing there.
    func requireCount(_ evidence: SlideEvidence) throws(Problem) {
        guard evidence.run == nil else { return }
        let captures = evidence.summary.captures
        let waiting = (captures[.stored] ?? 0) + (captures[.analysing] ?? 0)
        let fields = captures.values.reduce(0, +)
        let slide = evidence.summary.slide.name
        func refused(_ why: String, _ hint: String) -> Problem {
            Problem(.notCounted, "the slide \"\(slide)\" is not counted: \(why)", hint: hint)
        }
        let now = lens.now
        // The slide's own lens has still to look.
        if now.ofSlides[evidence.summary.slide.id] != nil, fields == 0 || waiting > 0 { return }
        switch now.state {
        case .none:
            throw refused("no lens is set", "name a lens folder with --lens; stored fields are then analysed")
        case .refused(_, let error): throw refused("the lens is refused: \(error.message)", error.hint)
        case .ready where fields > 0 && waiting == 0:
            throw refused(
                evidence.doubts.sentences.first ?? "no field was analysed",
                "`neurallens captures --slide NAME` says why for each field")
        case .ready: break
        }
    }

    // MARK: Names

    /// Species of a lens: the one in use, an earlier one, or one that a client brought; those of the lens in use where
    /// it is unknown.
    func species(ofLens digest: String?) -> [LensManifest.Species] {
        let inUse: LensManifest? = if case .ready(let lens) = lens.state { lens.manifest } else { nil }
        if case .ready(let lens) = lens.state, lens.digest == digest { return lens.manifest.species }
        return (digest.flatMap { knownLenses.manifest($0) ?? (try? lenses.manifest($0)) } ?? inUse)?.species ?? []
    }

    /// Key and name of every species of a run's lens, then of those that only an earlier lens or a person named.
    func names(of counts: [StoredCount], run: Run?) -> [(key: String, name: String)] {
        let known = species(ofLens: run?.lens.sha256)
        let others = counts.filter { count in
            count.grains > 0 && count.species != Grain.unidentified && !known.contains { $0.key == count.species }
        }.map(\.species)
        return known.map { ($0.key, $0.name) } + others.sorted().map { ($0, name(ofSpecies: $0)) }
    }

    /// That of a species that people added; of one that only an earlier lens knew, its key.
    func name(ofSpecies key: String) -> String { store.addedSpecies.first { $0.key == key }?.name ?? key }
}

/// The fields of a slide with the area that each adds, and their grains.
struct SlideEvidence: Sendable {
    let summary: StoredSlide
    let run: Run?
    let tallies: [FieldTally]
    let doubts: SlideDoubts
    /// Counted captures of fields that the lens does not know.
    let capturesNotVouchedFor: Int
    /// Of the fields whose scale is known.
    let places: SlidePlaces
    /// What each field adds to the area examined, in µm²: where frames overlap, the common part is the earlier one's.
    let areas: [Double]
    /// The field that each counts with: repeats of one field, and fields that add little to it, are one sample.
    let sampleOf: [Int]
    /// All fields have a scale.
    let isScaled: Bool
    /// The fields of the slide's sampling plan; nil where there is none, or nothing of it is examined.
    let sample: SampleEvidence?

    init(_ record: SlideRecord) {
        let tallies = record.tallies
        summary = record.summary
        run = record.run
        self.tallies = tallies
        let stage = Dictionary(uniqueKeysWithValues: record.captures.map { ($0.id, $0.stagePosition) })
        let places = SlidePlaces(
            tallies.compactMap { tally in
                guard let placement = tally.placement, let nmPerPixel = tally.nmPerPixel else { return nil }
                return FieldPlace(
                    placement: placement, width: tally.width, height: tally.height, nmPerPixel: nmPerPixel,
                    stagePosition: stage[tally.capture] ?? nil)
            })
        self.places = places
        doubts = SlideDoubts(captures: record.captures, tallies: tallies, places: places, left: record.left)
        capturesNotVouchedFor = record.captures.count { $0.exclusion == nil && $0.isVouchedFor == false }
        isScaled = !tallies.isEmpty && tallies.allSatisfy { $0.nmPerPixel != nil }
        guard isScaled else {
            areas = tallies.map { _ in 0 }
            sampleOf = Array(tallies.indices)
            sample = nil
            return
        }
        let frames = tallies.map { tally in
            let micrometres = tally.nmPerPixel! / 1000
            return tally.borderRule.frame(
                widthMicrometres: Double(tally.width) * micrometres,
                heightMicrometres: Double(tally.height) * micrometres)
        }
        let placement = SlidePlacement(
            fields: zip(tallies, frames).map { tally, frame in
                let place = places[tally.capture]
                return SlidePlacement.Field(
                    positionMicrometres: place?.positionMicrometres.map { $0 + SIMD2(frame.x, frame.y) },
                    group: place?.group)
            }, pairs: [], contradictions: [])
        let area = ExaminedArea(
            placement,
            descriptions: zip(tallies, frames).map { tally, frame in
                let pixels = 1000 / tally.nmPerPixel!
                return FieldDescription(
                    width: max(1, Int(saturating: (frame.width * pixels).rounded())),
                    height: max(1, Int(saturating: (frame.height * pixels).rounded())), nmPerPixel: tally.nmPerPixel!)
            })
        (areas, sampleOf) = (area.exclusiveSquareMicrometres, area.sampleOf)
        sample = SampleEvidence(record, areas: area.exclusiveSquareMicrometres)
    }

    /// Fields whose place can be known, and those of them that are surveyed: which of their grains others show is known.
    var toSurvey: Int { tallies.count { $0.nmPerPixel != nil } }
    var surveyed: Int { tallies.count { $0.nmPerPixel != nil && $0.isJudged } }

    /// How many samples of the slide there are.
    var fields: Int { Set(sampleOf).count }

    var areaCm2: Double? { isScaled ? areas.reduce(0, +) / 1e8 : nil }

    /// Of the slide's sampling plan; nil where there is none, or nothing of it is examined.
    func values(_ species: String) -> TaxonValues? { sample?.values { tallies[$0].counted(species) } }

    /// Nil where a scale is unknown.
    func density(_ species: String) throws(Problem) -> DensityEstimate? {
        guard isScaled else { return nil }
        var samples: [Int: FieldCount] = [:]
        for (number, home) in sampleOf.enumerated() {
            samples[home, default: FieldCount(grains: 0, areaUm2: 0)].grains += tallies[number].counted(species)
            samples[home]!.areaUm2 += areas[number]
        }
        do {
            return try DensityEstimate(samples.sorted { $0.key < $1.key }.map(\.value))
        } catch {
            throw Problem(.storeFailed, error.message, hint: error.hint)
        }
    }
}

extension DensityEstimate {
    /// What the interval does not know; nil where it is sound.
    var remark: String? {
        switch method {
        case .negativeBinomial: nil
        case .fewFields: "fewer than ten fields: clumping is hardly known, the interval is a rough one"
        case .oneField: "one field: clumping unknown, the interval assumes none"
        case .noGrains: "no grain seen: the upper end assumes no clumping"
        }
    }
}

extension RunReference {
    init(_ run: Run) { self.init(id: run.id, lens: run.lens.name, lensDigest: run.lens.sha256) }
}

extension LensManifest.Species {
    var eightBitColour: SIMD3<UInt8> {
        guard let rgb else { return SIMD3(128, 128, 128) }
        return SIMD3(UInt8(saturating: rgb.x * 255), UInt8(saturating: rgb.y * 255), UInt8(saturating: rgb.z * 255))
    }
}
