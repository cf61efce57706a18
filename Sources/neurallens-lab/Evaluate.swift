internal import ArgumentParser
internal import Evaluation
internal import Foundation
internal import Grains
internal import Lens
internal import Pairing
internal import Teaching

/// A lens against fields whose truth is known.
struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure a lens on a dataset: pictures, maps, counts, spines, seams, confidence.",
        discussion: """
            Writes evaluation.json and evaluation.html, which shows the best, the median and the worst field. Pictures: \
            mean absolute difference, peak signal to noise ratio, structural similarity, each network by itself on \
            true input and the whole lens. Maps: intersection over union. Counts: outlines that overlap by --overlap. \
            Spines: the paper's table 1 over all grains. Seams: a field of 2 x 2 tiles, tiled against whole. \
            Confidence: reliability curve and expected calibration error.
            """)

    @Argument(help: "Folder of the lens.")
    var lens: String

    @Argument(help: "Dataset folder that `pair` wrote.")
    var dataset: String

    @Option(help: "Whose fields are taken: train, val or test.")
    var split = Dataset.Split.test

    @Option(help: "At most this many fields.")
    var fields: Int?

    @Option(help: "Least overlap of outlines, 0 to 1.")
    var overlap = 0.5

    @Flag(inversion: .prefixedNo, help: "Compare tiles with the whole; takes about four times the memory.")
    var seams = true

    @Flag(help: "Judge counts and confidence alone, in a third of the time: no pictures, maps, spines or seams.")
    var countsOnly = false

    @Flag(
        help: """
            Write into lens.json what confidence these fields say its evidence deserves. Those of the test split are \
            judged crosswise then, each half by the confidence that the other half gave.
            """)
    var calibrate = false

    @Option(help: "Threads that share the work.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @Option(name: [.customShort("o"), .long], help: "Folder to write into; made if it is not there.")
    var output: String

    @Flag(help: "Print the JSON.")
    var json = false

    @OptionGroup var child: ChildOptions

    func validate() throws {
        guard (fields ?? 1) > 0, overlap > 0, overlap <= 1, (1...1024).contains(threads) else {
            throw ValidationError("--fields and --threads must be at least 1, --overlap must lie in 0 to 1")
        }
    }

    func run() throws {
        try child.begin()
        let folder: DatasetFolder
        do {
            folder = try DatasetFolder(path: dataset)
        } catch {
            throw fail(error.message, hint: error.hint)
        }
        let progress = ProgressLine()
        var result: (report: EvaluationReport, page: String, calibration: ConfidenceCalibration?)
        do {
            var evaluator = try Evaluator(lensFolder: lens, dataset: folder, threads: threads)
            evaluator.minimumOverlap = overlap
            evaluator.measuresSeams = seams && !countsOnly
            evaluator.measuresPictures = !countsOnly
            evaluator.namesCrosswise = calibrate && split == .test
            result = try evaluator.run(split: split, limit: fields) {
                progress.show("\($0) of \($1) fields")
                child.tell(ChildProgress(done: $0, total: $1))
            }
            progress.end()
        } catch {
            progress.end()
            throw fail(error.message, hint: error.hint)
        }
        if calibrate, let calibration = result.calibration {
            do {
                // A grain is named where it is more likely right than wrong.
                result.report.lensDigest = try NeuralLens.calibrate(folder: lens, calibration, minimumConfidence: 0.5)
            } catch {
                throw fail(error.message, hint: error.hint)
            }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            let encoded = try encoder.encode(result.report)
            let place = URL(fileURLWithPath: output, isDirectory: true)
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            try encoded.write(to: place.appendingPathComponent("evaluation.json"), options: .atomic)
            try Data(result.page.utf8).write(to: place.appendingPathComponent("evaluation.html"), options: .atomic)
            guard child.childOf == nil else { return }
            print(json ? String(decoding: encoded, as: UTF8.self) : result.report.summary(output))
        } catch {
            throw fail("\(output) cannot be written: \(error.localizedDescription)", hint: "name another folder")
        }
    }
}

extension Dataset.Split: ExpressibleByArgument {}

extension EvaluationReport {
    /// The figures that matter most, in a few lines.
    fileprivate func summary(_ output: String) -> String {
        var lines = ["\(lens): \(fields.count) fields of \(dataset) (\(split))"]
        func quality(_ name: String, _ q: PictureQuality?) {
            if let q {
                lines.append(String(format: "%@: L1 %.4f, PSNR %.2f dB, SSIM %.3f", name, q.l1, q.psnr, q.ssim))
            }
        }
        for network in networks {
            quality(network.name, network.quality)
            if let seam = network.seam {
                lines.append(
                    String(
                        format: "  seams: tiled against whole %.4f, between tiles %.4f", seam.tiledAgainstWhole,
                        seam.betweenTiles))
            }
        }
        quality("whole lens, magnified", magnified)
        quality("whole lens, map", map)
        for (key, value) in mapIntersectionOverUnion.sorted(by: { $0.key < $1.key }) {
            lines.append(String(format: "map of %@: intersection over union %.3f", key, value))
        }
        if let counts {
            for (key, s) in counts.species.sorted(by: { $0.key < $1.key }) + [("any species", counts.detection)] {
                lines.append(
                    String(
                        format: "%@: %d true, %d counted, precision %.3f, recall %.3f, F1 %.3f", key, s.actual,
                        s.counted,
                        s.precision, s.recall, s.f1))
            }
            lines.append(
                String(
                    format: "macro F1 %.3f; foreign objects counted as a species: %d of %d", counts.macroF1,
                    counts.foreignCountedAsSpecies, counts.foreignObjects))
        }
        if let spines {
            let e = spines.paired
            lines.append(
                String(
                    format:
                        "spines: %d pairs, SD %.2f px (%.0f nm) in X, %.2f px (%.0f nm) in Y; by chance %.2f and %.2f px",
                    e.pairs, e.deviationXPixels, e.deviationXNm, e.deviationYPixels, e.deviationYNm,
                    spines.chance.deviationXPixels, spines.chance.deviationYPixels))
        }
        if let spines {
            lines.append(
                String(
                    format: "spines found %.3f of the true ones (recall), true %.3f of the drawn ones (precision)",
                    spines.recall, spines.precision))
        }
        if let fidelity {
            for key in fidelity.finePower.keys.sorted() {
                lines.append(
                    String(
                        format:
                            "surface of %@: power of 4-12 px waves %.2f of the true one, detail of 1.5-7 px correlates %.2f",
                        key, fidelity.finePower[key] ?? 0, fidelity.detailCorrelation[key] ?? 0))
            }
            lines.append(
                String(
                    format:
                        "ground: correlates %.2f with the true one, shadows %.2f as deep; something is drawn in %.1f %% of %d foreign objects",
                    fidelity.backgroundCorrelation, fidelity.shadowDepth, 100 * fidelity.ghostShare,
                    fidelity.foreignObjects))
        }
        if let sulcus {
            lines.append(
                "sulcus of \(sulcus.shown) grains that show it: drawn in \(sulcus.drawn), in \(sulcus.shownInGenerated) with half of "
                    + "its contrast; of \(sulcus.facingDown) that face down: drawn in \(sulcus.faintlyInvented), in "
                    + "\(sulcus.invented) with that contrast")
        }
        if let calibration {
            lines.append(String(format: "expected calibration error %.3f", calibration.expectedCalibrationError))
        }
        return (lines + ["\(output)/evaluation.html"]).joined(separator: "\n")
    }
}
