internal import Foundation
package import Grains
internal import Imaging
internal import Lens
package import Pairing

/// Measures a lens on fields whose truth is known. One that only labels is measured by its maps.
package struct Evaluator {
    private let lens: NeuralLens
    var manifest: LensManifest { lens.manifest }
    private let folder: String
    private let data: DatasetFolder
    private let threads: Int
    /// Of outlines, for a counted grain to be a true one.
    package var minimumOverlap = 0.5
    /// Whether tiles are compared with the whole, which takes a network's memory four times.
    package var measuresSeams = true
    /// Whether maps and pictures are compared with the true ones, pixel by pixel, which takes longer than finding grains.
    package var measuresPictures = true
    /// Whether the grains of each half of the fields, every second one, are named by what the other half says its evidence
    /// deserves: then the same fields may calibrate the lens and judge it.
    package var namesCrosswise = false

    /// - Parameters:
    ///   - lensFolder: of the lens; it is verified as it is for use, and knows a species of the data set at least.
    ///   - threads: that share the work of one network.
    package init(lensFolder: String, dataset: DatasetFolder, threads: Int) throws(EvaluationError) {
        do {
            lens = try NeuralLens(folder: lensFolder, threads: threads)
        } catch {
            throw EvaluationError(.badLens, error.message, hint: error.hint)
        }
        folder = lensFolder
        data = dataset
        self.threads = threads
        guard abs(manifest.nmPerPixel / dataset.dataset.nmPerPixel - 1) < 1e-3 else {
            throw EvaluationError(
                .mismatch,
                "lens \(manifest.name) works at \(manifest.nmPerPixel) nm a pixel and \(dataset.path) holds pictures of \(dataset.dataset.nmPerPixel) nm",
                hint: "make the dataset with --nm-per-pixel \(manifest.nmPerPixel)")
        }
        // What it does not know it cannot find, and that is what the figures then say.
        let keys = dataset.dataset.species.map(\.key)
        guard manifest.species.contains(where: { keys.contains($0.key) }) else {
            throw EvaluationError(
                .mismatch,
                "\(dataset.path) holds the species \(keys.joined(separator: ", ")), none of which lens \(manifest.name) knows",
                hint: "evaluate a lens that was trained for these species")
        }
    }

    /// - Parameters:
    ///   - split: whose fields are taken; those for training say little.
    ///   - limit: at most this many fields.
    ///   - progress: called with the number of fields done and of all.
    /// - Returns: the figures, a page that shows them with the best, median and worst field, and what confidence the
    ///   fields say the lens's evidence deserves; nil where their grains are too few to be named crosswise, and were not.
    package func run(
        split: Dataset.Split, limit: Int? = nil, progress: (Int, Int) -> Void = { _, _ in }
    ) throws(EvaluationError) -> (report: EvaluationReport, page: String, calibration: ConfidenceCalibration?) {
        let names = Array(data.dataset.splits[split].prefix(limit ?? .max))
        guard !names.isEmpty else {
            throw EvaluationError(
                .badDataset, "\(data.path) has no fields in split \(split.rawValue)", hint: "name another split")
        }
        var report = EvaluationReport(
            lens: manifest.name, lensDigest: lens.digest, dataset: data.path, split: split.rawValue,
            nmPerPixel: data.dataset.nmPerPixel)
        var tallies = Tallies(evaluator: self)
        let measured = measuresPictures ? manifest.networks : []
        let networks = try measured.map { entry throws(EvaluationError) in
            try SingleNetwork(folder: folder, entry: entry, manifest: manifest, threads: threads)
        }
        var qualities = [[PictureQuality]](repeating: [], count: networks.count)
        for (index, name) in names.enumerated() {
            let field = try EvaluatedField(name, in: data)
            let output = try apply(to: field)
            report.fields.append(tallies.add(field, output))
            for (number, entry) in measured.enumerated() {
                guard let task = field.task(of: entry, data.dataset, correction: manifest.fieldCorrection) else {
                    continue
                }
                let result = networks[number].run(task.input)
                qualities[number].append(PictureQuality(result, true: task.target))
            }
            progress(index + 1, names.count)
        }
        tallies.conclude(&report)
        for (number, entry) in measured.enumerated() {
            report.networks.append(
                EvaluationReport.Network(
                    name: entry.name, reads: entry.reads.joined(separator: " + "),
                    target: EvaluatedField.targetName(of: entry), fields: qualities[number].count,
                    quality: .mean(of: qualities[number]),
                    seam: measuresSeams ? try seam(networks[number], entry, names) : nil))
        }
        let isCalibrated = !namesCrosswise || tallies.sayEnough
        return (report, try page(report), isCalibrated ? ConfidenceCalibration(fitting: tallies.evidence) : nil)
    }

    /// Map and magnified picture; the latter is missing where the lens only labels.
    func apply(to field: EvaluatedField) throws(EvaluationError) -> (map: Picture<Float>, magnified: Picture<Float>?) {
        do {
            let output = try lens.apply(
                to: field.optical, nmPerPixel: manifest.nmPerPixel, part: measuresPictures ? .whole : .map)
            return (output.map.normalised, output.magnified?.normalised.greyAsRGB)
        } catch {
            throw EvaluationError(.badLens, error.message, hint: error.hint)
        }
    }

    var dataset: Dataset { data.dataset }

    // MARK: Seams

    /// On a field of 2 x 2 tiles put together from fields of the set.
    private func seam(
        _ network: SingleNetwork, _ entry: LensManifest.NetworkEntry, _ names: [String]
    ) throws(EvaluationError) -> SeamError? {
        let side = 2 * manifest.tilePixels
        var mosaic = Picture<Float>(width: side, height: side, channels: 3, filledWith: 0)
        var tasks: [Picture<Float>] = []
        for name in names where tasks.count < 4 {
            if let task = try EvaluatedField(name, in: data).task(
                of: entry, dataset, correction: manifest.fieldCorrection)
            {
                tasks.append(task.input)
            }
        }
        guard let first = tasks.first, tasks.allSatisfy({ $0.width == first.width && $0.height == first.height }) else {
            return nil
        }
        for y in 0..<side {
            for x in 0..<side {
                let cell = tasks[(y / first.height * 2 + x / first.width) % tasks.count]
                for c in 0..<3 { mosaic[x, y, c] = cell[x % first.width, y % first.height, c] }
            }
        }
        return try network.seamError(mosaic)
    }

    // MARK: Page

    private func page(_ report: EvaluationReport) throws(EvaluationError) -> String {
        guard measuresPictures else { return EvaluationPage.html(report, rows: []) }
        let ranked = report.fields.sorted { $0.difference < $1.difference }
        let chosen = [("Best", ranked.first!), ("Median", ranked[ranked.count / 2]), ("Worst", ranked.last!)]
        var rows: [EvaluationPage.Row] = []
        for (title, entry) in chosen {
            let field = try EvaluatedField(entry.name, in: data)
            let output = try apply(to: field)
            if let sem = field.sem, let magnified = output.magnified {
                rows.append(try .init("\(title) field, \(entry.name): magnified", field.optical, magnified, sem))
            }
            if let map = field.map {
                rows.append(try .init("\(title) field, \(entry.name): map", field.optical, output.map, map))
            }
        }
        return EvaluationPage.html(report, rows: rows)
    }
}
