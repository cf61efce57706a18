package import ControlAPI
internal import Export
internal import Foundation
internal import Grains
internal import Imaging
internal import Lens
internal import Mosaic
internal import Quantities
internal import Sampling
internal import SlideStore
internal import Statistics

/// What leaves the program about a slide: tables, outlines, pictures, a page to sign.
extension SlideBook {
    /// Doubtful grains that the page shows.
    private static let cropsShown = 24
    /// Longer side of the map on the page: enough to print, and a page that can be sent by mail.
    private static let mosaicPixels = 2000

    package func export(slide name: String, format: ExportFormat, capture: Int64?) async throws(Problem) -> [UInt8] {
        let record = try await asProblems { () throws(StoreError) in
            try await store.record(ofSlide: name, withGrains: true)
        }
        let slide = record.summary.slide
        guard !record.captures.isEmpty else {
            throw Problem(
                .exportRefused, "the slide \"\(slide.name)\" has no captures", hint: "capture a field first")
        }
        let evidence = await evidence(of: record)
        try requireCount(evidence)
        let report = try await report(
            on: record, evidence, secondReading: format == .report ? try await latestReading(of: slide) : nil)
        let pictures = format == .report ? try await pictures(for: report, of: slide) : ReportPictures()
        return try await drawn { (_) throws(Problem) in
            do throws(ExportError) {
                switch format {
                case .grainsCSV: return report.grainsCSV
                case .countsCSV: return report.countsCSV
                case .ecoTaxa: return report.ecoTaxaTSV
                case .ecoTaxaDictionary: return report.ecoTaxaDictionary
                case .json: return try report.json()
                case .report: return try report.html(pictures)
                case .geoJSON:
                    guard let only = capture ?? (report.fields.count == 1 ? report.fields.first?.capture : nil)
                    else {
                        throw ExportError(
                            .nothingToExport,
                            "the slide \"\(report.slide.name)\" has \(report.fields.count) captures, "
                                + "and outlines belong to one picture",
                            hint: "name one with --capture")
                    }
                    return try report.geoJSON(ofCapture: only)
                }
            } catch {
                throw Problem(.exportRefused, error.message, hint: error.hint)
            }
        }
    }

    package func export(capture id: Int64, as format: CaptureFormat) async throws(Problem) -> [UInt8] {
        let capture = try await asProblems { () throws(StoreError) in try await store.capture(id) }
        let record = try await asProblems { () throws(StoreError) in
            try await store.record(ofSlide: capture.slide.name, withGrains: true)
        }
        let report = try await report(on: record, await evidence(of: record))
        let stored = try await asProblems { () throws(StoreError) in try await CapturePictures(ofCapture: id, in: store)
        }
        let bits = capture.bitDepth
        let pictures = try await drawn { (isWanted) throws(Problem) in
            let contents: [(kind: String, content: PNG.Content, nmPerPixel: Double?)]?
            do throws(ImagingError) {
                contents = try stored.contents(while: isWanted)
            } catch {
                throw Problem(.storeFailed, error.message, hint: error.hint)
            }
            guard let contents else { throw Problem(CancellationError()) }
            return contents.map { kind, content, nmPerPixel in
                let isFrame = kind == PictureRecord.input || kind == PictureRecord.sharpest
                let isObserved = isFrame || kind == PictureRecord.heights
                return CapturePicture(
                    kind: kind, content: content, nmPerPixel: nmPerPixel, isSynthesised: !isObserved,
                    significantBits: isFrame ? bits : nil)
            }
        }
        return try await drawn { (_) throws(Problem) in
            do throws(ExportError) {
                return switch format {
                case .omeTIFF: try report.omeTIFF(ofCapture: id, pictures: pictures)
                case .omeZarr: try report.omeZarr(ofCapture: id, pictures: pictures)
                }
            } catch {
                throw Problem(.exportRefused, error.message, hint: error.hint)
            }
        }
    }

    /// The latest one of which a field is read.
    private func latestReading(of slide: Slide) async throws(Problem) -> SlideReport.SecondReading? {
        let readings = try await asProblems { () throws(StoreError) in try await store.secondReadings(ofSlide: slide.id)
        }
        guard let reading = readings.last(where: { $0.fields.contains { $0.finishedAt != nil && !$0.isExcluded } })
        else {
            return nil
        }
        let names = speciesNames
        return await computed { SlideReport.SecondReading(SecondReadingAgreement(reading, names: names)) }
    }

    /// Everything known of a slide, in the run in force.
    private func report(
        on record: SlideRecord, _ evidence: SlideEvidence, secondReading: SlideReport.SecondReading? = nil
    ) async throws(Problem) -> SlideReport {
        let (slide, captures, grains) = (record.summary.slide, record.captures, record.grains)
        // Counted from the same list that is written, so that figures and rows never disagree.
        let counted = Dictionary(grouping: grains.filter(\.standing.status.isCounted), by: \.standing.species)
        let names = names(of: evidence.summary.counts, run: evidence.run)
        let colours = Dictionary(
            species(ofLens: evidence.run?.lens.sha256).map { ($0.key, $0.colour) }
                + store.addedSpecies.map { ($0.key, $0.colour) }
        ) { first, _ in first }
        let keys = names.map(\.key) + [Grain.unidentified]
        let densities = try await computed { (_) throws(Problem) in
            try keys.map { (key) throws(Problem) in try evidence.density(key) }
        }
        var counts: [SlideReport.Count] = []
        for (key, density) in zip(keys, densities) {
            let grains = counted[key] ?? []
            var concentration: SlideReport.Estimate?
            // A plan says more of how the deposit was examined than that fields were.
            if let day = evidence.values(key)?.day {
                concentration = SlideReport.Estimate(day.perM3, lower: day.lowPerM3, upper: day.highPerM3)
            } else if let density, let volume = slide.sampledVolumeCubicMetres,
                let area = slide.depositAreaSquareMillimetres,
                let air = try? density.concentration(depositAreaCm2: area / 100, airVolumeM3: volume)
            {
                concentration = SlideReport.Estimate(air.perM3, lower: air.lowPerM3, upper: air.highPerM3)
            }
            counts.append(
                SlideReport.Count(
                    species: key, grains: grains.count, confirmed: grains.count { $0.standing.status == .confirmed },
                    doubtful: grains.count { $0.standing.status == .doubtful },
                    fields: evidence.isScaled ? evidence.fields : evidence.tallies.count,
                    areaSquareCentimetres: evidence.areaCm2,
                    densityPerSquareCentimetre: density.map {
                        SlideReport.Estimate($0.densityPerCm2, lower: $0.lowPerCm2, upper: $0.highPerCm2)
                    }, concentrationPerCubicMetre: concentration))
        }
        let sample = try await values(evidence).map { SlideReport.Sample($0) }
        let tallies = Dictionary(uniqueKeysWithValues: evidence.tallies.map { ($0.capture, $0) })
        let scaled = Set(captures.filter { $0.scale != nil }.map(\.id))
        return SlideReport(
            slide: SlideReport.Slide(
                name: slide.name, note: slide.note, createdAt: slide.createdAt,
                sampledVolumeCubicMetres: slide.sampledVolumeCubicMetres,
                depositAreaSquareCentimetres: slide.depositAreaSquareMillimetres.map { $0 / 100 }),
            program: "NeuralLens \(Microscope.version)", generatedAt: Date(), countingRule: Self.rule(evidence),
            doubtfulBelow: evidence.run?.doubtfulBelow, doubts: evidence.doubts.sentences,
            species: names.map { key, name in
                SlideReport.Species(key: key, name: name, colour: colours[key] ?? "#808080")
            }, counts: counts,
            fields: captures.map { SlideReport.Field($0, tallies[$0.id], evidence.places[$0.id]) },
            grains: grains.map { SlideReport.Grain($0, isScaled: scaled.contains($0.capture)) },
            secondReading: secondReading, sample: sample)
    }

    private static func rule(_ evidence: SlideEvidence) -> String {
        let rules = Set(evidence.tallies.map(\.borderRule))
        guard rules.count == 1, let rule = rules.first else {
            return rules.isEmpty
                ? "no field is analysed" : "fields of this slide were counted by different border rules"
        }
        return switch rule {
        case .twoEdges:
            "grains that the left or upper side of a field cuts count, those that the right or lower side cuts do not; "
                + "the counting frame begins \(Int(saturating: BorderRule.guardMicrometres)) µm inside the left and upper side"
        case .all: "all grains count that a field shows, also those that its border cuts"
        case .none: "grains that the border of a field cuts do not count"
        }
    }

    /// The map, and crops of the grains that most need a look.
    private func pictures(for report: SlideReport, of slide: Slide) async throws(Problem) -> ReportPictures {
        var pictures = ReportPictures()
        guard report.fields.contains(where: { $0.lens != nil }) else { return pictures }
        if report.fields.contains(where: { $0.nmPerPixel != nil }) {
            pictures.mosaic = try await map(of: slide, longestSide: Self.mosaicPixels)
        }
        let doubtful = report.grains.filter { $0.status == .doubtful }.sorted { $0.confidence < $1.confidence }
        for grain in doubtful.prefix(Self.cropsShown) {
            let stored = try await asProblems { () throws(StoreError) in try await store.grain(grain.id) }
            let observed = try await crop(ofGrain: grain.id)
            let generated = try? await store.picture(ofCapture: grain.capture, kind: PictureRecord.magnified).png
            let width = report.fields.first { $0.capture == grain.capture }?.width
            let synthesised: [UInt8]? = try await drawn { (_) throws(Problem) in
                guard let generated, let picture = try? PNG.decode(generated, name: "magnified").eightBitRGB else {
                    return nil
                }
                return try? PNG.encode(
                    Self.crop(of: stored.grain, from: picture, fieldWidth: width, isOutlined: false),
                    text: ["Description": "Synthesised by a neural lens, not an observation."])
            }
            pictures.crops[grain.id] = ReportPictures.Crop(observed: observed, synthesised: synthesised)
        }
        return pictures
    }
}

extension SlideReport.Sample {
    fileprivate init(_ values: SampleValues) {
        let (sample, plan) = (values.sample, values.plan)
        func steps(_ steps: [SampleValues.Step]) -> [Step] {
            steps.map { Step(words: $0.words, working: $0.working, value: $0.value, text: $0.text) }
        }
        func estimate(_ value: SampleValues.Value) -> SlideReport.Estimate {
            SlideReport.Estimate(value.perM3, lower: value.lowPerM3, upper: value.highPerM3)
        }
        var about = [
            ("station", sample.station), ("trap", [sample.trap.rawValue, sample.trapName].joined(separator: " ")),
        ]
        about += [
            ("mounting medium", sample.mountingMedium), ("stain", sample.stain), ("prepared by", sample.preparedBy),
        ]
        about += sample.notes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        self.init(
            station: sample.station, date: sample.date, begins: sample.partBegins, ends: sample.partEnds,
            timeZone: sample.timeZone,
            about: about.map { ($0.0, $0.1.trimmingCharacters(in: .whitespaces)) }.filter { !$0.1.isEmpty },
            method: plan.method.rawValue, bands: plan.bands.map(\.atMm), fieldsPlanned: plan.fields,
            fieldsExamined: values.fields, seed: plan.seed, wantedShare: plan.wantedShare,
            examinedShare: values.examinedShare, doubts: values.doubts, arithmetic: steps(values.arithmetic),
            taxa: values.taxa.map { taxon in
                Taxon(
                    species: taxon.key, grains: taxon.day.grains, perCubicMetre: estimate(taxon.day),
                    slots: taxon.slots.map {
                        Slot(
                            begins: $0.begins, ends: $0.ends, grains: $0.value?.grains,
                            perCubicMetre: $0.value.map(estimate))
                    }, arithmetic: steps(taxon.arithmetic))
            })
    }
}

extension SlideReport.SecondReading {
    fileprivate init(_ agreement: SecondReadingAgreement) {
        func estimate(_ kappa: SecondReadingAgreement.Kappa) -> SlideReport.Estimate? {
            kappa.value.map { SlideReport.Estimate($0, lower: kappa.low, upper: kappa.high) }
        }
        let reading = agreement.reading
        self.init(
            first: reading.firstReaders.isEmpty ? "the lens" : reading.firstReaders.joined(separator: ", "),
            second: reading.reader, fieldsRead: reading.finished, fields: reading.fields.count, seed: reading.seed,
            objects: agreement.objects, alike: agreement.alike, kappa: estimate(agreement.kappa),
            variationPercent: agreement.variationPercent,
            species: agreement.species.map {
                Species(
                    name: $0.species, first: $0.first, second: $0.second, differencePercent: $0.differencePercent,
                    variationPercent: $0.variationPercent,
                    kappa: estimate($0.kappa))
            }, differences: agreement.differences, settled: agreement.settled, remarks: agreement.remarks)
    }
}

extension SlideReport.Field {
    fileprivate init(_ capture: Capture, _ tally: FieldTally?, _ place: SlidePlacement.Field?) {
        var position: SIMD2<Double>?
        var remarks = [capture.failure?.message].compactMap(\.self) + capture.doubts.map(\.sentence)
        if let sweep = capture.sweep { remarks.insert("fused from \(sweep.planes.count) focal planes", at: 0) }
        if let exclusion = capture.exclusion { remarks.insert("left out: \(exclusion.reason)", at: 0) }
        position = place?.positionMicrometres
        if let reason = place?.reason { remarks.append("not placed: \(reason.rawValue)") }
        self.init(
            capture: capture.id, capturedAt: capture.capturedAt, width: tally?.width ?? 0, height: tally?.height ?? 0,
            nmPerPixel: capture.scale?.nmPerPixel, scaleOrigin: capture.scale?.origin ?? "", source: capture.source,
            origin: capture.origin, lens: capture.lens.map { Lens(name: $0.name, sha256: $0.sha256) },
            engineVersion: capture.engineVersion ?? "", familiarity: capture.familiarity,
            isVouchedFor: capture.isVouchedFor, position: position,
            isLeftOut: capture.exclusion != nil, remark: remarks.joined(separator: "; "))
    }
}

extension SlideReport.Grain {
    fileprivate init(_ stored: StoredGrain, isScaled: Bool) {
        let grain = stored.grain
        self.init(
            id: stored.id, capture: stored.capture, number: stored.standing.status.isCounted ? Int(stored.id) : nil,
            species: stored.standing.species, status: Status(rawValue: stored.standing.status.rawValue) ?? .machine,
            rejection: stored.standing.reason, doubleOf: stored.standing.doubleOf, confidence: grain.confidence,
            centroidPixels: SIMD2(grain.centroidPixels.x, grain.centroidPixels.y), areaPixels: grain.areaPixels,
            areaSquareMicrometres: isScaled ? grain.areaSquareMicrometres : nil,
            equivalentDiameterMicrometres: isScaled ? grain.equivalentDiameterMicrometres : nil,
            ellipse: isScaled
                ? grain.ellipse.map {
                    Ellipse(
                        majorMicrometres: $0.majorMicrometres, minorMicrometres: $0.minorMicrometres,
                        angleDegrees: $0.angleDegrees < 0 ? $0.angleDegrees + 180 : $0.angleDegrees)
                } : nil, circularity: grain.circularity, focus: grain.focus, isOnBorder: grain.isOnBorder,
            review: stored.lastReview.map { Review(reviewer: $0.agent.text, at: $0.at) },
            outlinePixels: grain.outlinePixels.map { SIMD2($0.x, $0.y) })
    }
}
