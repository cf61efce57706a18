internal import Grains
import Imaging
internal import Lens
internal import Pairing

/// What is added up over the fields.
struct Tallies {
    /// What was found in a field, and what is there.
    private struct Reading {
        let actual: [Agreement.Outline]
        /// Boxes of foreign objects: left, top, right, bottom.
        let others: [[Double]]
        /// Each with the species and the evidence of its strongest class.
        let found: [Grain]
        let evidence: [(evidence: Double, isRight: Bool)]
    }

    private let manifest: LensManifest
    private let dataset: Dataset
    /// Gives every grain the species and the evidence of its strongest class.
    private let finder: GrainFinder
    private let naming: GrainNaming
    private let isNamedCrosswise: Bool
    private let measuresPictures: Bool
    private let minimumOverlap: Double
    private var readings: [Reading] = []
    private let detector = SpineDetector()
    private var overlaps: [String: MapOverlap] = [:]
    private var spines: SpineAgreement
    private var sulcus = SulcusVisibility()
    private var fidelity = SurfaceFidelity()
    private var hasPictures = false
    private var hasTruth = false

    init(evaluator: Evaluator) {
        manifest = evaluator.manifest
        dataset = evaluator.dataset
        var finder = manifest.grainFinder
        // The truth holds what the border cuts too.
        finder.borderRule = .all
        (self.finder, naming) = GrainNaming.of(finder)
        isNamedCrosswise = evaluator.namesCrosswise
        measuresPictures = evaluator.measuresPictures
        minimumOverlap = evaluator.minimumOverlap
        spines = SpineAgreement(nmPerPixel: dataset.nmPerPixel)
    }

    mutating func add(_ field: EvaluatedField, _ output: (map: Picture<Float>, magnified: Picture<Float>?))
        -> EvaluationReport.Field
    {
        var entry = EvaluationReport.Field(name: field.name)
        if measuresPictures, let map = field.map {
            let drawn = output.map.reordered(from: manifest, to: dataset)
            entry.map = PictureQuality(drawn, true: map)
            let channels = dataset.species.map(\.mapChannel) + (dataset.otherChannel.map { [$0] } ?? [])
            for species in dataset.species {
                overlaps[species.key, default: MapOverlap()].add(
                    drawn, true: map, channel: species.mapChannel, of: channels)
            }
            if let other = dataset.otherChannel {
                overlaps[Label.other, default: MapOverlap()].add(drawn, true: map, channel: other, of: channels)
            }
        }
        if measuresPictures, let sem = field.sem, let magnified = output.magnified {
            entry.magnified = PictureQuality(magnified, true: sem)
            if let map = field.map {
                hasPictures = true
                fidelity.add(generated: magnified, true: sem, map: map, truth: field.truth, dataset: dataset)
            }
        }
        if let truth = field.truth { add(truth, field, output) }
        return entry
    }

    private mutating func add(
        _ truth: FieldTruth, _ field: EvaluatedField, _ output: (map: Picture<Float>, magnified: Picture<Float>?)
    ) {
        hasTruth = true
        let size = (field.optical.width, field.optical.height)
        let found = finder.find(
            in: output.map,
            scale: MapScale(
                inputSize: size, mapSize: (output.map.width, output.map.height), nmPerInputPixel: dataset.nmPerPixel)
        ).filter { $0.rejection == nil }
        let actual = truth.grains.map { grain in
            Agreement.Outline(species: grain.species, polygon: grain.outline.map { Grain.Point(x: $0[0], y: $0[1]) })
        }
        var unnamed = Confusion()
        let wouldBeRight = unnamed.add(grains: actual, others: [], counted: found, minimumOverlap: minimumOverlap)
        readings.append(
            Reading(
                actual: actual, others: truth.others.map(\.box), found: found,
                evidence: zip(found, wouldBeRight).filter { $0.0.species != Grain.unidentified }.map {
                    ($0.0.confidence, $0.1)
                }))
        guard measuresPictures, let sem = field.sem, let magnified = output.magnified else { return }
        if truth.grains.contains(where: { ($0.spines?.count ?? 0) >= 5 }) {
            spines.add(
                truth, generated: detector.find(in: magnified, nmPerPixel: dataset.nmPerPixel),
                trueSpots: detector.find(in: sem, nmPerPixel: dataset.nmPerPixel))
        }
        for species in dataset.species where species.key == "galanthus" || truth.hasSulcus(species.key) {
            sulcus.add(
                truth, species: species.key, generated: magnified, true: sem, nmPerPixel: dataset.nmPerPixel)
        }
    }

    /// Of all fields.
    var evidence: [(evidence: Double, isRight: Bool)] { readings.flatMap(\.evidence) }

    /// How the grains of each half of the fields, every second one, are named: crosswise by what the other half says.
    private var namings: [GrainNaming] {
        guard isNamedCrosswise, sayEnough else { return [naming, naming] }
        return [1, 0].map { GrainNaming(calibration: ConfidenceCalibration(fitting: evidence(ofHalf: $0))) }
    }

    private func evidence(ofHalf half: Int) -> [(evidence: Double, isRight: Bool)] {
        readings.indices.filter { $0 % 2 == half }.flatMap { readings[$0].evidence }
    }

    /// Whether each half of the fields holds a group of grains at least to be calibrated by.
    var sayEnough: Bool {
        (0...1).allSatisfy { evidence(ofHalf: $0).count >= ConfidenceCalibration.usualGroupSize }
    }

    private func count(_ report: inout EvaluationReport) {
        var agreement = Agreement(minimumOverlap: minimumOverlap)
        var detection = agreement
        var confusion = Confusion()
        var calibration = Calibration()
        func anonymous(_ outline: Agreement.Outline) -> Agreement.Outline {
            Agreement.Outline(species: "any", polygon: outline.polygon)
        }
        let namings = namings
        for (index, reading) in readings.enumerated() {
            let counted = reading.found.map(namings[index % 2].named)
            let named = counted.filter { $0.species != Grain.unidentified }.map { grain in
                Agreement.Outline(species: grain.species, polygon: grain.outlinePixels)
            }
            agreement.add(actual: reading.actual, counted: named)
            detection.add(actual: reading.actual.map(anonymous), counted: named.map(anonymous))
            let right = confusion.add(
                grains: reading.actual, others: reading.others, counted: counted, minimumOverlap: minimumOverlap)
            for (grain, isRight) in zip(counted, right) where grain.species != Grain.unidentified {
                calibration.add(confidence: grain.confidence, isRight: isRight)
            }
        }
        let scores = agreement.species.mapValues { EvaluationReport.Score($0) }
        report.counts = EvaluationReport.Counts(
            minimumOverlap: minimumOverlap, species: scores,
            macroF1: scores.isEmpty ? 0 : scores.values.map(\.f1).reduce(0, +) / Double(scores.count),
            detection: EvaluationReport.Score(detection.species["any"] ?? Agreement.Tally()),
            confusion: confusion.table, foreignObjects: confusion.foreign,
            foreignCountedAsSpecies: confusion.foreignAsSpecies, foreignShare: confusion.foreignShare)
        report.calibration = EvaluationReport.Reliability(calibration)
    }

    func conclude(_ report: inout EvaluationReport) {
        report.magnified = .mean(of: report.fields.compactMap(\.magnified))
        report.map = .mean(of: report.fields.compactMap(\.map))
        report.mapIntersectionOverUnion = overlaps.mapValues(\.intersectionOverUnion)
        if hasPictures { report.fidelity = EvaluationReport.Fidelity(fidelity) }
        guard hasTruth else { return }
        count(&report)
        if spines.tips > 0 { report.spines = EvaluationReport.Spines(spines) }
        if sulcus.facing > 0 { report.sulcus = EvaluationReport.Sulcus(sulcus) }
    }
}

extension FieldTruth {
    fileprivate func hasSulcus(_ key: String) -> Bool {
        grains.contains { $0.species == key && $0.sulcus != nil }
    }
}

extension Picture where Sample == Float {
    /// A lens's map with its channels where the dataset has them; three channels.
    fileprivate func reordered(from manifest: LensManifest, to dataset: Dataset) -> Picture {
        var places: [(from: Int, to: Int)] = dataset.species.compactMap { species in
            manifest.species.first { $0.key == species.key }.map { ($0.mapChannel, species.mapChannel) }
        }
        if let from = manifest.otherChannel, let to = dataset.otherChannel { places.append((from, to)) }
        var result = Picture(width: width, height: height, channels: 3, filledWith: 0)
        for pixel in 0..<width * height {
            for place in places { result.samples[3 * pixel + place.to] = samples[pixel * channels + place.from] }
        }
        return result
    }
}
