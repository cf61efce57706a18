internal import Foundation
import Imaging

/// The figures and the pictures they rest on as one self-contained page, dark unless the reader's system is light.
enum EvaluationPage {
    /// Input, generated, true and difference side by side.
    struct Row {
        let title: String
        /// Data URLs.
        let pictures: [String]

        init(
            _ title: String, _ input: Picture<Float>, _ generated: Picture<Float>, _ truth: Picture<Float>
        ) throws(EvaluationError) {
            self.title = title
            var difference = truth
            for i in difference.samples.indices { difference.samples[i] = abs(generated.samples[i] - truth.samples[i]) }
            var urls: [String] = []
            for picture in [input, generated, truth, difference] { urls.append(try Self.url(picture)) }
            pictures = urls
        }

        private static func url(_ picture: Picture<Float>) throws(EvaluationError) -> String {
            let factor = min(1, 512 / Double(max(picture.width, picture.height)))
            let small = picture.resampled(
                width: max(1, Int(Double(picture.width) * factor)), height: max(1, Int(Double(picture.height) * factor))
            )
            do {
                let png = try PNG.encode(small.eightBit, compression: 9)
                return "data:image/png;base64," + Data(png).base64EncodedString()
            } catch {
                throw EvaluationError(.cannotWrite, error.message, hint: error.hint)
            }
        }
    }

    static func html(_ report: EvaluationReport, rows: [Row]) -> String {
        var body = """
            <h1>\(text(report.lens))</h1>
            <p>\(report.fields.count) fields of \(text(report.dataset)), split \(text(report.split)), \
            \(number(report.nmPerPixel, 1)) nm a pixel. Lens <code>\(report.lensDigest.prefix(16))</code>. \
            Generated pictures are the statistically most likely ones, not observations.</p>\n
            """
        for row in rows {
            body += "<h2>\(text(row.title))</h2><div class=\"row\">"
            for (caption, url) in zip(["input", "generated", "true", "difference"], row.pictures) {
                body += "<figure><img src=\"\(url)\" alt=\"\(caption)\"><figcaption>\(caption)</figcaption></figure>"
            }
            body += "</div>\n"
        }
        body += networks(report) + counts(report) + surface(report) + calibration(report)
        return """
            <!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>\(text(report.lens)): evaluation</title>
            <style>:root{--paper:#121212;--ink:#c8c0b8;--line:#333;--mark:#d08040}
            @media (prefers-color-scheme: light){:root{--paper:#fff;--ink:#222;--line:#ccc;--mark:#a04000}}
            body{background:var(--paper);color:var(--ink);font:15px/1.5 sans-serif}
            body{margin:2em auto;max-width:84em;padding:0 1em}
            .row{display:grid;grid-template-columns:repeat(4,1fr);gap:6px}figure{margin:0}img{width:100%}
            table{border-collapse:collapse;margin:.5em 0 1.5em}
            th,td{border-bottom:1px solid var(--line);padding:.2em .9em;text-align:right}
            th:first-child,td:first-child{text-align:left}svg{max-width:26em}</style>
            \(body)</html>\n
            """
    }

    // MARK: Tables

    private static func networks(_ report: EvaluationReport) -> String {
        var rows = report.networks.map { network in
            [network.name, network.reads, network.target, "\(network.fields)"] + cells(network.quality)
                + [
                    network.seam.map { number($0.tiledAgainstWhole, 4) } ?? "",
                    network.seam.map { number($0.betweenTiles, 4) } ?? "",
                ]
        }
        if report.magnified != nil {
            rows.append(["whole lens", "field", "sem", "\(report.fields.count)"] + cells(report.magnified) + ["", ""])
        }
        if report.map != nil {
            rows.append(["whole lens", "field", "map", "\(report.fields.count)"] + cells(report.map) + ["", ""])
        }
        guard !rows.isEmpty else { return "" }
        return "<h2>Pictures</h2>"
            + table(
                [
                    "network", "reads", "target", "fields", "L1", "PSNR, dB", "SSIM", "tiled against whole",
                    "between tiles",
                ], rows)
            + "<p>Networks by themselves read true input. Seams are mean absolute differences, of 0 to 1.</p>"
    }

    private static func cells(_ quality: PictureQuality?) -> [String] {
        guard let quality else { return ["", "", ""] }
        return [number(quality.l1, 4), number(quality.psnr, 2), number(quality.ssim, 3)]
    }

    private static func counts(_ report: EvaluationReport) -> String {
        var html = ""
        if !report.mapIntersectionOverUnion.isEmpty {
            html +=
                "<h2>Map</h2>"
                + table(
                    ["class", "intersection over union"],
                    report.mapIntersectionOverUnion.sorted { $0.key < $1.key }.map { [$0.key, number($0.value, 3)] })
        }
        guard let counts = report.counts else { return html }
        func row(_ name: String, _ s: EvaluationReport.Score) -> [String] {
            [name, "\(s.actual)", "\(s.counted)", "\(s.matched)"] + [s.precision, s.recall, s.f1].map { number($0, 3) }
        }
        html +=
            "<h2>Counts</h2>"
            + table(
                ["species", "true", "counted", "matched", "precision", "recall", "F1"],
                counts.species.sorted { $0.key < $1.key }.map { row($0.key, $0.value) }
                    + [row("any species", counts.detection)])
        html +=
            "<p>Macro F1 \(number(counts.macroF1, 3)); outlines match from an overlap of \(number(counts.minimumOverlap, 2)) on. "
            + "Foreign objects counted as a species: \(counts.foreignCountedAsSpecies) of \(counts.foreignObjects) (\(number(counts.foreignShare * 100, 1)) %).</p>"
        let columns = Set(counts.confusion.values.flatMap(\.keys)).sorted()
        html +=
            "<h2>True kind (rows), counted as (columns)</h2>"
            + table(
                [""] + columns,
                counts.confusion.sorted { $0.key < $1.key }.map { row in
                    [row.key] + columns.map { "\(row.value[$0] ?? 0)" }
                })
        return html
    }

    private static func surface(_ report: EvaluationReport) -> String {
        var html = ""
        if let spines = report.spines {
            func row(_ name: String, _ e: EvaluationReport.Spines.Errors) -> [String] {
                [name, "\(e.pairs)"]
                    + [e.meanXPixels, e.meanYPixels, e.deviationXPixels, e.deviationYPixels].map { number($0, 2) }
                    + [e.deviationXNm, e.deviationYNm].map { number($0, 0) }
            }
            html +=
                "<h2>Positions of spines</h2>"
                + table(
                    ["", "pairs", "mean X, px", "mean Y, px", "SD X, px", "SD Y, px", "SD X, nm", "SD Y, nm"],
                    [
                        row("generated against true picture", spines.paired),
                        row("generated picture against tips", spines.againstTips),
                        row("detector alone: true picture against tips", spines.detector),
                        row("chance: true spines turned by 37 degrees", spines.chance),
                    ])
                + "<p>\(spines.trueSpines) true spines; \(number(100 * spines.recall, 1)) % have a generated partner, by chance "
                + "\(number(100 * spines.chanceRecall, 1)) %; \(number(100 * spines.precision, 1)) % of the "
                + "\(spines.generatedSpines) generated ones have a true partner, the rest are invented. Paper, table 1: 11 spines, 5.0 and 4.3 px.</p>"
        }
        if let fidelity = report.fidelity {
            html +=
                "<h2>Surface, ground and shadows</h2>"
                + table(
                    ["", "power of 4-12 px waves, share of the true", "correlation of 1.5-7 px detail"],
                    fidelity.finePower.keys.sorted().map { key in
                        [
                            key, number(fidelity.finePower[key] ?? 0, 2),
                            number(fidelity.detailCorrelation[key] ?? 0, 2),
                        ]
                    })
                + "<p>The ground correlates \(number(fidelity.backgroundCorrelation, 2)) with the true one; shadows are "
                + "\(number(fidelity.shadowDepth, 2)) as deep. Something is drawn in "
                + "\(number(100 * fidelity.ghostShare, 1)) % of \(fidelity.foreignObjects) foreign objects.</p>"
        }
        if let sulcus = report.sulcus {
            html +=
                "<h2>Sulcus</h2><p>Of \(sulcus.shown) grains that show it in the true picture (\(sulcus.facingUp) face up), "
                + "\(sulcus.drawn) have it in the generated one, \(sulcus.shownInGenerated) with at least half of its contrast. Of "
                + "\(sulcus.facingDown) whose sulcus faces down, where it is not to be seen, it is drawn in "
                + "\(sulcus.faintlyInvented), in \(sulcus.invented) with that contrast. Mean contrast \(number(sulcus.meanGeneratedContrast, 3)) generated, "
                + "\(number(sulcus.meanTrueContrast, 3)) true; mean correlation of the profiles \(number(sulcus.meanCorrelation, 2)).</p>"
        }
        return html
    }

    private static func calibration(_ report: EvaluationReport) -> String {
        guard let found = report.calibration, found.grains > 0 else { return "" }
        func x(_ value: Double) -> String { number(40 + 340 * value, 1) }
        func y(_ value: Double) -> String { number(360 - 340 * value, 1) }
        let points = found.curve.map { "\(x($0.confidence)),\(y($0.accuracy))" }.joined(separator: " ")
        let most = Double(found.curve.map(\.grains).max() ?? 1)
        let dots = found.curve.map {
            "<circle cx=\"\(x($0.confidence))\" cy=\"\(y($0.accuracy))\" r=\"\(number(3 + 7 * (Double($0.grains) / most).squareRoot(), 1))\" fill=\"var(--mark)\"/>"
        }.joined()
        return "<h2>Confidence</h2>"
            + "<svg viewBox=\"0 0 400 400\" role=\"img\" aria-label=\"reliability curve\"><path d=\"M40 20V360H380\" fill=\"none\" stroke=\"var(--ink)\"/>"
            + "<path d=\"M40 360L380 20\" stroke=\"var(--line)\" fill=\"none\"/><polyline points=\"\(points)\" fill=\"none\" stroke=\"var(--mark)\"/>\(dots)"
            + "<text x=\"210\" y=\"390\" fill=\"var(--ink)\" text-anchor=\"middle\">confidence</text>"
            + "<text x=\"18\" y=\"190\" fill=\"var(--ink)\" text-anchor=\"middle\" transform=\"rotate(-90 18 190)\">share that is right</text></svg>"
            + table(
                ["confidence", "grains", "right"],
                found.curve.map { [number($0.confidence, 3), "\($0.grains)", number($0.accuracy, 3)] })
            + "<p>Expected calibration error \(number(found.expectedCalibrationError, 3)) over \(found.grains) grains.</p>"
    }

    private static func table(_ header: [String], _ rows: [[String]]) -> String {
        func cells(_ row: [String], _ tag: String) -> String {
            "<tr>" + row.map { "<\(tag)>\(text($0))</\(tag)>" }.joined() + "</tr>"
        }
        return "<table>" + cells(header, "th") + rows.map { cells($0, "td") }.joined(separator: "\n") + "</table>\n"
    }

    private static func number(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

    private static func text(_ s: String) -> String {
        s.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
            .replacingOccurrences(of: ">", with: "&gt;").replacingOccurrences(of: "\"", with: "&quot;")
    }
}
