internal import ArgumentParser
internal import Evaluation
internal import Foundation
internal import Grains
internal import Simulation

/// Compares counted grains with a simulation's truth.
struct Score: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare grains with the truth of simulated fields: precision, recall and F1 a species.",
        discussion: """
            The files of grains are what `neurallens --json grains` or `apply` wrote, one a field, in the order of the \
            fields in truth.json. A true grain is found where an outline of the same species overlaps its own by at \
            least the given share (intersection over union). Other objects of the truth are not grains: where one \
            was counted as a species, it lowers that species' precision. Of grains that the border cuts, those are \
            expected that the rule counts by which the files were made.
            """)

    @Argument(help: "truth.json of `simulate`.")
    var truth: String

    @Argument(help: "Files of grains, one a field.")
    var grains: [String]

    @Option(help: "Least overlap of outlines, 0...1.")
    var overlap = 0.5

    @Option(help: "Which grains that the border cuts are expected: two-edges (left and upper), all or none.")
    var border = BorderRule.twoEdges

    @Option(help: ArgumentHelp("Grains of which less than this shows are not expected.", valueName: "µm²"))
    var minimumArea = 0.0

    @Flag(help: "Print JSON.")
    var json = false

    private struct CountedGrains: Decodable {
        struct Entry: Decodable {
            let species: String
            let outline_px: [[Double]]
            let centroid_px: [Double]
            let bbox_px: [Double]

            var grain: Grain? {
                guard centroid_px.count == 2, bbox_px.count == 4 else { return nil }
                return Grain(
                    species: species, centroidPixels: .init(x: centroid_px[0], y: centroid_px[1]),
                    boundingBoxPixels: .init(x0: bbox_px[0], y0: bbox_px[1], x1: bbox_px[2], y1: bbox_px[3]),
                    areaSquareMicrometres: 0, areaPixels: 0, equivalentDiameterMicrometres: 0, confidence: 0,
                    isOnBorder: false,
                    outlinePixels: outline_px.filter { $0.count == 2 }.map { .init(x: $0[0], y: $0[1]) })
            }
        }
        let grains: [Entry]
    }

    func run() throws {
        let truth = try JSONDecoder().decode(Truth.self, from: try read(truth))
        guard grains.count <= truth.fields.count else {
            throw ValidationError(
                "there are \(grains.count) files of grains and \(truth.fields.count) fields in \(self.truth)")
        }
        var agreement = Agreement(minimumOverlap: overlap)
        var confusion = Confusion()
        var unidentified = 0
        for (field, path) in zip(truth.fields, grains) {
            let counted = try JSONDecoder().decode(CountedGrains.self, from: try read(path)).grains.compactMap(\.grain)
            let expected = field.grains.filter {
                $0.areaSquareMicrometres >= minimumArea && border.expects($0, in: truth)
            }.map(\.agreementOutline)
            unidentified += counted.count { $0.species == Grain.unidentified }
            agreement.add(
                actual: expected,
                counted: counted.filter { $0.species != Grain.unidentified }.map {
                    Agreement.Outline(species: $0.species, polygon: $0.outlinePixels)
                })
            confusion.add(
                grains: expected, others: field.others.map(\.box), counted: counted, minimumOverlap: overlap)
        }
        let keys = agreement.species.keys.sorted()
        if json {
            var report: [String: Any] = Dictionary(
                uniqueKeysWithValues: keys.map { key in
                    let tally = agreement.species[key]!
                    return (
                        key,
                        [
                            "true": Double(tally.actual), "counted": Double(tally.counted),
                            "matched": Double(tally.matched),
                            "precision": tally.precision, "recall": tally.recall, "f1": tally.f1,
                        ]
                    )
                })
            report["confusion"] = confusion.table
            report["foreign_objects"] = confusion.foreign
            report["foreign_counted_as_species"] = confusion.foreignAsSpecies
            let data = try JSONSerialization.data(withJSONObject: report, options: [.prettyPrinted, .sortedKeys])
            print(String(decoding: data, as: UTF8.self))
            return
        }
        print(row("species", ["true", "counted", "matched", "precision", "recall", "F1"]))
        for key in keys {
            let tally = agreement.species[key]!
            print(
                row(
                    key,
                    ["\(tally.actual)", "\(tally.counted)", "\(tally.matched)"]
                        + [tally.precision, tally.recall, tally.f1].map { String(format: "%.3f", $0) }))
        }
        print(
            "other objects: \(confusion.foreign) in truth, \(confusion.foreignAsSpecies) counted as a species "
                + String(format: "(%.1f %%)", 100 * confusion.foreignShare)
                + "; \(unidentified) objects left unidentified")
    }

    private func row(_ name: String, _ columns: [String]) -> String {
        name.padding(toLength: 14, withPad: " ", startingAt: 0)
            + columns.map { String(repeating: " ", count: max(1, 10 - $0.count)) + $0 }.joined()
    }

    private func read(_ path: String) throws -> Data {
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw ValidationError("\(path) cannot be read: \(error.localizedDescription)")
        }
    }
}
